import { money } from './any-record.ts';
import { type Known, type Trap, forEach } from './trap.ts';

export function sumTraps({ ids }: Known): Trap[] {
  const pipelines = ids('pipeline');
  return [
    {
      name: 'sums and counts, now and then',
      text: forEach(pipelines, (id, at) => `
        s${at}: pipelineSummary(pipelineId: "${id}") {
          stages { stage { id } count sum ${money} weightedSum ${money} } lost { count }
        }
        o${at}: pipelineSummary(pipelineId: "${id}", asOf: "2026-06-01T00:00:00Z") {
          open { count sum ${money} } won { count }
        }
        f${at}: pipelineFlow(pipelineId: "${id}") {
          stage { id } entered left medianSeconds next { stage { id } count share }
        }
        m${at}: forecast(by: [MEMBER, TEAM, MONTH], pipelineIds: ["${id}"]) {
          groups { month member { id email } team { id } count sum ${money} converted ${money} }
        }`),
    },
    {
      name: 'sums under conditions',
      text: forEach(pipelines, (id, at) => `
        s${at}: pipelineSummary(pipelineId: "${id}", where: { not: { amount: { gt: "100" } } }) {
          open { count sum ${money} }
        }
        f${at}: pipelineFlow(
          pipelineId: "${id}", where: { or: [{ probability: { gt: 10 } }, { company: { annualRevenue: { gt: "1" } } }] }
        ) { entered }
        t${at}: forecast(by: [CATEGORY], where: { activities: { none: { id: { isNull: false } } } }) {
          groups { category count }
        }`),
    },
  ];
}
