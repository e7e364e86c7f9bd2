/**
 * Places of the inputs, by the ids of their records. Whoever locks one record after another does it in this order, so
 * that two batches never wait for each other.
 */
export function placesInLockOrder(inputs: readonly { id: string }[]): number[] {
  return [...inputs.keys()].sort((one, other) => (inputs[one]!.id < inputs[other]!.id ? -1 : 1));
}
