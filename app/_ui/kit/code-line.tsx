'use client'
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { t } from '../messages/en'
import { Button } from './button'

/** A command or value to take along. Copying says so in the button; where the browser forbids it the text is selectable. */
export function CodeLine({ code, label }: { code: string; label: string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'refused'>('idle')
  const copy = () => {
    navigator.clipboard.writeText(code).then(
      () => setState('copied'),
      () => setState('refused'),
    )
  }
  return (
    <div className="flex items-start gap-2 rounded-md border border-line bg-soft p-1.5 pl-3 text-left">
      <code className="min-w-0 flex-1 py-1 font-mono text-xs leading-5 wrap-anywhere whitespace-pre-wrap select-all">
        {code}
      </code>
      <Button size="sm" onClick={copy} aria-label={t.kit.copyOf(label)}>
        {state === 'copied' ? <Check aria-hidden /> : <Copy aria-hidden />}
        <span aria-live="polite">
          {state === 'copied' ? t.kit.copied : state === 'refused' ? t.kit.copyRefused : t.kit.copy}
        </span>
      </Button>
    </div>
  )
}
