/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // A lock file in a folder above must not move what the bundler takes for the project.
  turbopack: { root: import.meta.dirname },
  outputFileTracingRoot: import.meta.dirname,
  // `npm test` checks the types of everything, tests included; a start should not wait for it again.
  typescript: { ignoreBuildErrors: true },
  // Pages are loaded when they are first asked for: a restart answers sooner.
  experimental: { preloadEntriesOnStart: false },
  // The image optimiser has had code execution and SSRF advisories this year and a ledger needs no images.
  images: { unoptimized: true },
  serverExternalPackages: [
    '@node-rs/argon2',
    '@prisma/adapter-pg',
    '@prisma/client',
    '@tus/file-store',
    '@tus/server',
    'pg',
    'pdfkit',
    'pg-copy-streams',
    'pino',
  ],
}
