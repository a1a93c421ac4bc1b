// A value that follows another once it has rested a moment: typing stays fast while something slow depends on the text.
import { useEffect, useState } from 'preact/hooks';

const REST_MS = 80;

export function useDeferredValue<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), REST_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
