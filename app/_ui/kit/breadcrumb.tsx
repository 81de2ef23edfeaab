import { t } from '../messages/en'
import { Link } from './link'

/** Where one stands on a page below another: "Imports / #12". */
export function Breadcrumb({ trail, here }: { trail: readonly { href: string; label: string }[]; here: string }) {
  return (
    <nav aria-label={t.shell.breadcrumb} className="min-w-0 text-sm text-dim">
      {trail.map((step) => (
        <span key={step.href}>
          <Link href={step.href} className="hover:text-ink hover:underline">
            {step.label}
          </Link>
          <span aria-hidden> / </span>
        </span>
      ))}
      <span aria-current="page" className="break-all">
        {here}
      </span>
    </nav>
  )
}
