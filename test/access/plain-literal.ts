/** A value for an argument of this scalar, as documents write it; ids and permissions are for who asks to say. */
export function plainLiteral(scalar: string): string {
  switch (scalar) {
    case 'Int':
    case 'Float':
      return '1';
    case 'Boolean':
      return 'true';
    case 'DateTime':
      return '"2027-01-01T00:00:00Z"';
    case 'Date':
      return '"2027-01-01"';
    case 'BigInt':
    case 'Rate':
    case 'Decimal':
      return '"1"';
    default:
      return '"nobody@example.com"';
  }
}
