/** What the demo's people, companies and talks are called. Nobody and nothing here exists; hosts end in `.example`. */
export const firstNames = [
  'Amara', 'Bela', 'Carla', 'Dario', 'Elif', 'Farid', 'Greta', 'Hugo', 'Ines', 'Jonas', 'Kaori', 'Liam', 'Mina', 'Noor',
  'Oskar',
  'Paula', 'Quentin', 'Rosa', 'Sven', 'Talia', 'Uma', 'Viktor', 'Wanda', 'Ximena', 'Yusuf', 'Zoë',
] as const;

export const lastNames = [
  'Abel', 'Brandt', 'Costa', 'Dahl', 'Eriksen', 'Fontaine', 'Grünwald', 'Hansen', 'Ito', 'Jansen', 'Kowalski',
  'Lindqvist', 'Moreau',
  'Novak', 'Okafor', 'Petrov', 'Quiroga', 'Rossi', 'Sato', 'Tanaka', 'Umarov', 'Varga', 'Weber', 'Xu', 'Yilmaz',
  'Zeller',
] as const;

export const companyNames = [
  'Northwind Mills', 'Blue Harbour Foods', 'Cobalt Robotics', 'Dunes Energy', 'Evergreen Clinics', 'Falcon Freight',
  'Granite Works',
  'Helio Solar', 'Ironbridge Tools', 'Juniper Labs', 'Kestrel Aviation', 'Lumen Lighting', 'Maple Furniture',
  'Nordic Paper',
  'Orchard Pharma', 'Pinnacle Hotels', 'Quartz Optics', 'Riverbend Water', 'Summit Outdoor', 'Tidewater Shipping',
  'Umbra Textiles',
  'Vantage Media', 'Willow Insurance', 'Xenon Displays', 'Yarrow Cosmetics', 'Zephyr Fans', 'Aster Bakeries',
  'Birch Timber',
  'Cedar Schools', 'Delta Chemicals', 'Ember Ceramics', 'Fjord Fisheries', 'Glacier Cooling', 'Harvest Machines',
  'Indigo Print',
  'Jade Jewellery', 'Keystone Steel', 'Lagoon Resorts', 'Meridian Maps', 'Nimbus Cloudworks',
] as const;

export const places = [
  { city: 'Hamburg', country: 'DE' }, { city: 'Lyon', country: 'FR' }, { city: 'Porto', country: 'PT' },
  { city: 'Leeds', country: 'GB' },
  { city: 'Graz', country: 'AT' }, { city: 'Ghent', country: 'BE' }, { city: 'Malmö', country: 'SE' },
  { city: 'Boston', country: 'US' },
  { city: 'Osaka', country: 'JP' }, { city: 'Toronto', country: 'CA' },
] as const;

export const industries = [
  'Manufacturing', 'Food', 'Energy', 'Health', 'Logistics', 'Tourism', 'Education', 'Media',
] as const;
export const jobTitles = [
  'Head of Purchasing', 'Plant Manager', 'CFO', 'IT Lead', 'Operations Manager', 'Owner', 'Buyer',
] as const;
export const sources = ['Web site', 'Trade fair', 'Referral', 'Cold call', 'Partner'] as const;
export const lossReasons = ['Price', 'Chose a competitor', 'No budget', 'No answer'] as const;
export const streets = ['Mill Lane', 'Harbour Street', 'Station Road', 'Oak Avenue', 'Market Square'] as const;
export const tags = [
  { name: 'Key account', color: '#d94f3d' }, { name: 'Newsletter', color: '#3d7dd9' },
  { name: 'Trade fair 2026', color: '#3dae6b' },
  { name: 'Renewal risk', color: '#d9a43d' }, { name: 'Reference', color: '#8a56c2' },
] as const;
export const products = [
  { name: 'Gate Sensor S', sku: 'GS-S', family: 'Sensors', priceMinor: 12_900n },
  { name: 'Gate Sensor L', sku: 'GS-L', family: 'Sensors', priceMinor: 24_900n },
  { name: 'Barrier 300', sku: 'BA-300', family: 'Barriers', priceMinor: 389_000n },
  { name: 'Barrier 500', sku: 'BA-500', family: 'Barriers', priceMinor: 559_000n },
  { name: 'Control Unit', sku: 'CU-1', family: 'Control', priceMinor: 149_000n },
  { name: 'Installation day', sku: 'SV-IN', family: 'Services', priceMinor: 98_000n },
  { name: 'Care plan, yearly', sku: 'SV-CP', family: 'Services', priceMinor: 240_000n },
  { name: 'Training', sku: 'SV-TR', family: 'Services', priceMinor: 75_000n },
] as const;
export const subjects = {
  CALL: ['First call', 'Follow-up call', 'Call about the offer', 'Call about delivery'],
  MEETING: ['On-site visit', 'Demonstration', 'Price talks', 'Project kick-off'],
  NOTE: ['Notes from the talk', 'Budget and timing', 'Who decides'],
  EMAIL: ['Offer sent', 'Thank you for the visit', 'Question about the contract'],
  TASK: ['Send the offer', 'Check stock', 'Call back', 'Prepare the demonstration'],
} as const;
