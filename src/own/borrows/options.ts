/**
 * Switches that turn single rules off. Only the proof of soundness uses them: without any of these rules its oracle must find a violation.
 */
export interface BorrowOptions {
  /** L2: slots beneath `&mut` are not made one. */
  readonly noUnify?: boolean;
  /** L3: slots that were made one are overwritten all the same. */
  readonly strongMerged?: boolean;
  /** L4: the reverse of a soundness rule: nothing is forgotten on assignment, so that more is refused. */
  readonly noKill?: boolean;
  /** B5: a two-phase borrow is not checked again when it becomes active. */
  readonly noTwoPhaseActivationCheck?: boolean;
  /** L5: interior slots that the caller sees do not keep loans alive. */
  readonly noUniversal?: boolean;
  /** F1: what a call stores in its arguments is ignored. */
  readonly noOut?: boolean;
  /** F1: what a result borrows is ignored. */
  readonly noResult?: boolean;
  /** L5: destructors use nothing. */
  readonly noDropUse?: boolean;
  /** B2: the end of a local's storage is not checked. */
  readonly noStorageEnd?: boolean;
  /** F4: implementations and function values need not fit their contracts. */
  readonly noContracts?: boolean;
  /** B3: a borrow through a reference does not take over what that reference borrows. */
  readonly noSupport?: boolean;
}

export const CHECK_ALL: BorrowOptions = {};
