import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { StepName } from './guesses.ts';

export interface StepProps {
  readonly name: StepName;
  readonly number: number;
  readonly title: string;
  /** What happens here, in one or two sentences; none where nothing did. */
  readonly lead?: string | undefined;
  /** Told when the pointer or the focus comes to it. */
  readonly onReach: () => void;
  /** Told when the middle of the window comes to it. */
  readonly onScrolledTo: () => void;
  readonly children: ComponentChildren;
}

/** One step of the lesson. */
export function Step({ name, number, title, lead, onReach, onScrolledTo, children }: StepProps): JSX.Element {
  const id = useId();
  const section = useRef<HTMLElement>(null);
  const latest = useRef(onScrolledTo);
  latest.current = onScrolledTo;
  useEffect(() => {
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (entry?.isIntersecting) latest.current();
      },
      { rootMargin: '-50% 0px -49% 0px' },
    );
    observer.observe(section.current!);
    return () => observer.disconnect();
  }, []);
  return (
    <section
      ref={section}
      class="lesson-step"
      data-step={name}
      aria-labelledby={id}
      onPointerMove={onReach}
      onFocusCapture={onReach}
    >
      <h3 id={id}>
        <span class="lesson-number">{number}</span> {title}
      </h3>
      {lead && <p>{lead}</p>}
      {children}
    </section>
  );
}
