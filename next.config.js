/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // The image optimiser has had code execution and SSRF advisories this year and a ledger needs no images.
  images: { unoptimized: true },
  serverExternalPackages: ['@node-rs/argon2', 'pino', 'pg', 'pg-copy-streams', '@prisma/client', '@prisma/adapter-pg'],
}
