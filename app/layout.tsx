import { GeistMono } from 'geist/font/mono'
import { GeistSans } from 'geist/font/sans'
import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { t } from './_ui/messages/en'
import { Providers } from './_ui/shell/providers'
import './globals.css'

export const metadata: Metadata = {
  title: { default: t.product.name, template: `%s · ${t.product.name}` },
  description: t.product.description,
  robots: { index: false, follow: false },
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fbfbfa' },
    { media: '(prefers-color-scheme: dark)', color: '#111213' },
  ],
}

/** The page before any screen: fonts from the package, the theme before the first paint. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  // Reading it also keeps every page from being rendered ahead of its request, when there is no nonce yet.
  const nonce = (await headers()).get('x-nonce') ?? undefined
  return (
    <html lang="en" className={`${GeistSans.variable} ${GeistMono.variable}`} suppressHydrationWarning>
      <body>
        <Providers nonce={nonce}>{children}</Providers>
      </body>
    </html>
  )
}
