'use client'
import { useState } from 'react'
import { toast } from '../kit/toast'
import { ask } from './request'

/** Moves this session to another workspace and goes on at `to`. A refusal is said in a toast and changes nothing. */
export function useWorkspaceSwitch() {
  const [movingTo, setMovingTo] = useState<number | null>(null)
  const move = async (id: number, to: string) => {
    setMovingTo(id)
    const reply = await ask('POST', '/api/v1/account/workspace', { workspace_id: id })
    // A whole new page: nothing of the other workspace stays in this one's memory.
    if (reply.ok) window.location.assign(to)
    else {
      setMovingTo(null)
      toast.error(reply.why)
    }
  }
  return { movingTo, move }
}
