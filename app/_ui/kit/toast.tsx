'use client'
/** Short notices that do not stop the work; what matters also stands on the page. */
export { toast } from 'sonner'
