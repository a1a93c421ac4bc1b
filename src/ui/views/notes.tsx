// What a reader must know to read the numbers rightly: a cut-off run first, then warnings, then the rest.
import type { Note } from '#profile/types.ts';
import { useReport } from '../state/context.ts';

export function Banners() {
  const report = useReport();
  const { meta } = report.profile;
  const warnings = meta.notes.filter((note) => note.severity === 'warning');
  return (
    <>
      {!meta.complete && (
        <p class="banner banner-bad" role="alert">
          <b>This run was cut off.</b> The profiler or the machine went away before the end; what follows is what was on
          disk until then.
        </p>
      )}
      {warnings.map((note) => (
        <p class="banner" key={`${note.code} ${note.process}`}>
          <b>Warning.</b> <NoteText note={note} />
        </p>
      ))}
    </>
  );
}

/** With `besideBanners`, warnings stand above the page already. */
export function Notes({ besideBanners = false }: { readonly besideBanners?: boolean }) {
  const all = useReport().profile.meta.notes;
  const notes = besideBanners ? all.filter((note) => note.severity !== 'warning') : all;
  if (notes.length === 0) return null;
  return (
    <section aria-label="Notes">
      <h2>Notes</h2>
      <ul class="notes">
        {notes.map((note) => (
          <li key={`${note.code} ${note.process}`} class={`note-${note.severity}`}>
            {note.severity === 'warning' && <b>Warning. </b>}
            <NoteText note={note} /> <code class="muted">{note.code}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}

function NoteText({ note }: { readonly note: Note }) {
  const report = useReport();
  const known = note.process >= 0 && note.process < report.profile.processes.length;
  return (
    <>
      {known && report.profile.processes.length > 1 && <>{report.processName(note.process)}: </>}
      {note.text}
    </>
  );
}
