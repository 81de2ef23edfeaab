'use client'
/** What a layout could not make, as when the database is away while it asks who is signed in: the screen's own error only catches what is inside the layout. */
export { default } from './(app)/error'
