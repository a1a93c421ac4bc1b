// Dark or light, for those who want it other than their system.
import { chooseTheme, useTheme } from '../state/theme.ts';

export function ThemeButton() {
  const theme = useTheme();
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <button type="button" class="theme-button" onClick={() => chooseTheme(other)} aria-label={`Use the ${other} theme`}>
      {theme === 'dark' ? '☀' : '☾'}
    </button>
  );
}
