import { handleSignIn } from '@/lib/server/http/sign-in'

export const GET = handleSignIn
export const POST = handleSignIn
