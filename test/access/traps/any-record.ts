export const money = '{ amountMinor currency }';

/** Every way from one record to others and back, through fragments on the interface, under other names. */
export const around = `
fragment AnyRecord on Node {
  __typename key: id
  ... on Company { name worth: annualRevenue ${money} phone parent { id name phone annualRevenue ${money} }
    mergedInto { id name notes }
    ...Company }
  ... on Contact { ...Contact }
  ... on Lead { title amount ${money} email score source notes company { id name } mergedInto { id }
    convertedBy { id name email } convertedCompany { ...Company } convertedContact { ...Contact } convertedDeal {
      ...Deal }
    stageChanges { toStage { id } amount ${money} reason movedBy { id email } } shares { level member { id } team {
      id } } }
  ... on Deal { ...Deal }
  ... on Activity { subject body company { ...Company } contact { ...Contact } lead { id title amount ${money} } deal
    { ...Deal } }
  ... on Member { name email lastSeenAt team { id name members { id email } } roles { id name } }
}
fragment Company on Company {
  id name domain notes deletedAt owner { id email } tags { id } externalReferences { key }
  subsidiaries(first: 3) { totalCount nodes { id name annualRevenue ${money} } }
  all: deals(first: 50) { totalCount edges { cursor node { id title } } pageInfo { hasNextPage startCursor endCursor } }
  open: deals(first: 2, where: { stage: { status: { eq: OPEN } } }, orderBy: [{ field: TITLE }]) { totalCount nodes {
    title } }
  rich: deals(first: 2, where: { amount: { gt: "0" } }) { totalCount nodes { title amount ${money} } }
  leads(first: 2) { totalCount nodes { id convertedDeal { id amount ${money} } } }
  bin: contacts(first: 5, deleted: ONLY) { totalCount nodes { id } }
  viewerCan { update delete share assign restore }
}
fragment Contact on Contact {
  id fullName birthOn notes emails { address } phones { number } addresses { street city }
  company { id name } deals(first: 3, orderBy: [{ field: CREATED_AT, direction: DESC }]) { totalCount nodes { id } }
  activities(first: 3) { totalCount nodes { subject body deal { id } lead { id } company { id } } }
  convertedLeads(first: 3) { totalCount nodes { id email amount ${money} } }
}
fragment Deal on Deal {
  id title amount ${money} probability weightedAmount ${money} forecastCategory lossReason source notes version
  contacts { role contact { id fullName emails { address } deals(first: 2) { totalCount nodes { id amount ${money} }
    } } }
  lines { description unitPriceMinor product { id name } } stageTimes { stage { id } totalSeconds }
  stageChanges { amount ${money} probability reason fromStage { id } toStage { id } movedBy { id name } }
  rotting { clock since isRotting rotsAt } shares { level endsAt member { id } team { id } }
  company { id name annualRevenue ${money} deals(first: 2) { totalCount } } activities(first: 2) { totalCount nodes {
    id } }
  viewerCan { update move close reopen delete assign share restore }
}`;
