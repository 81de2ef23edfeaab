/** A bar with its meaning for screen readers; without a percent it says only that work goes on. */
export function ProgressBar({ percent, label }: { percent: number | null; label: string }) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(percent === null ? {} : { 'aria-valuenow': percent })}
      className="h-1.5 overflow-hidden rounded-full bg-soft"
    >
      <div
        className={percent === null ? 'h-full w-1/4 bg-accent motion-safe:animate-pulse' : 'h-full bg-accent'}
        style={percent === null ? undefined : { width: `${percent}%` }}
      />
    </div>
  )
}
