// Where and how the run was made, what measuring it cost, and what the words mean.
import { formatDuration } from '#base/format.ts';
import { aboutSections } from '../state/about-facts.ts';
import { useReport } from '../state/context.ts';
import { MEANINGS } from '../state/meanings.ts';
import { Notes } from './notes.tsx';

export function AboutView() {
  const { meta } = useReport().profile;
  const packages = meta.environment.packages;
  return (
    <>
      <div class="about">
        {aboutSections(meta).map((section) => (
          <section key={section.title}>
            <h2>{section.title}</h2>
            <dl class="facts-list">
              {section.facts.map((fact) => (
                <div key={fact.name} data-tip={fact.tip}>
                  <dt>{fact.name}</dt>
                  <dd>{fact.value}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        {packages.length > 0 && (
          <section>
            <h2>Packages</h2>
            <ul class="packages">
              {packages.map(({ name, version }) => (
                <li key={name}>
                  {name} <span class="muted">{version}</span>
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
      <Notes />
      <section>
        <h2>What the figures mean</h2>
        <dl class="glossary">
          {Object.entries(MEANINGS).map(([name, { term, text }]) => (
            <div key={name}>
              <dt>{term}</dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </section>
      <p class="muted">
        Made by {meta.tool.name} {meta.tool.version} from a run of {formatDuration(meta.durationMs)}. This page holds
        the whole profile and asks nothing of any other computer.
      </p>
    </>
  );
}
