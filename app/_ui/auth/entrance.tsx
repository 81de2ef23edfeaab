import type { ReactNode } from 'react'
import { t } from '../messages/en'

/** The sheet that stands before the product: sign-in and set-up. */
export function Entrance({ title, text, children }: { title: ReactNode; text?: ReactNode; children: ReactNode }) {
  return (
    <main className="grid min-h-dvh place-items-center px-4 py-10">
      <div className="w-full max-w-96">
        <p className="mb-6 flex items-center gap-2 text-lg font-semibold">
          <span aria-hidden className="grid size-4.5 place-items-center rounded-[4px] bg-ink">
            <span className="h-0.5 w-2.5 bg-paper" />
          </span>
          {t.product.name}
        </p>
        <h1 className="text-2xl font-semibold tracking-[-0.01em]">{title}</h1>
        {text === undefined ? null : <p className="mt-1 text-dim">{text}</p>}
        <div className="mt-6">{children}</div>
      </div>
    </main>
  )
}
