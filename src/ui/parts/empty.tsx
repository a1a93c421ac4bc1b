// Said where a view has nothing to show: why, and what to do about it.
import type { ComponentChildren } from 'preact';

export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

export function NoAgent() {
  return (
    <Empty>
      Nothing is known of single lines in this run: no agent ran inside a Python process, or it ended before anything
      was recorded. The kernel’s figures in the other views are not affected.
    </Empty>
  );
}
