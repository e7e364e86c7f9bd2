import { type Workload, personValues, reachOf } from './workload.ts';

/** Everything about one deal: what a page shows when somebody opens it. */
export const recordPage: Workload = {
  name: 'record',
  title: 'Record page: a deal with company, contacts, lines, ledger, tags, 20 activities',
  samples: ({ dealIds }) => dealIds.map((dealId) => ({ dealId })),
  floor: {
    sql: `select json_build_object('deal', row_to_json(d))::text as answer from (
      select d.id, d.version, d.title, d.amount_minor::text as "amountMinor", d.currency, d.probability,
        d.expected_close_on as "expectedCloseOn", d.closed_at at time zone 'UTC' as "closedAt", d.loss_reason as "lossReason", d.source, d.notes,
        d.stage_entered_at at time zone 'UTC' as "stageEnteredAt", d.created_at at time zone 'UTC' as "createdAt",
        d.updated_at at time zone 'UTC' as "updatedAt",
        (select row_to_json(r) from (select p.id, p.name from gatehouse.pipeline p
          where p.workspace_id = d.workspace_id and p.id = d.pipeline_id and p.deleted_at is null) r) as pipeline,
        (select row_to_json(r) from (select s.id, s.name, s.position, s.status from gatehouse.stage s
          where s.workspace_id = d.workspace_id and s.pipeline_id = d.pipeline_id and s.id = d.stage_id and s.deleted_at is null) r) as stage,
        (select row_to_json(r) from (select m.id, m.name from gatehouse.member m
          where m.workspace_id = d.workspace_id and m.id = d.owner_id) r) as owner,
        (select row_to_json(r) from (select t.id, t.name from gatehouse.team t
          where t.workspace_id = d.workspace_id and t.id = d.team_id and t.deleted_at is null) r) as team,
        (select row_to_json(r) from (select c.id, c.name, c.domain, c.industry, c.city, c.country from gatehouse.company c
          where c.workspace_id = d.workspace_id and c.id = d.company_id and c.deleted_at is null) r) as company,
        (select coalesce(json_agg(r), '[]') from (
          select dc.role, (select row_to_json(k) from (select c.id, c.full_name as "fullName", c.job_title as "jobTitle" from gatehouse.contact c
            where c.workspace_id = dc.workspace_id and c.id = dc.contact_id and c.deleted_at is null) k) as contact
          from gatehouse.deal_contact dc where dc.workspace_id = d.workspace_id and dc.deal_id = d.id order by dc.position, dc.id) r) as contacts,
        (select coalesce(json_agg(r), '[]') from (
          select l.description, trim_scale(l.quantity)::text as quantity, l.unit_price_minor::text as "unitPriceMinor",
            trim_scale(l.discount_percent)::text as "discountPercent", (select row_to_json(k) from (select p.id, p.name from gatehouse.product p
            where p.workspace_id = l.workspace_id and p.id = l.product_id and p.deleted_at is null) k) as product
          from gatehouse.deal_line l where l.workspace_id = d.workspace_id and l.deal_id = d.id order by l.position, l.id) r) as lines,
        (select coalesce(json_agg(r), '[]') from (
          select c.entered_at at time zone 'UTC' as "enteredAt", (select row_to_json(k) from (select s.id, s.name from gatehouse.stage s
              where s.workspace_id = c.workspace_id and s.id = c.to_stage_id and s.deleted_at is null) k) as "toStage",
            (select row_to_json(k) from (select m.id, m.name from gatehouse.member m
              where m.workspace_id = c.workspace_id and m.id = c.moved_by_id) k) as "movedBy"
          from gatehouse.stage_change c where c.workspace_id = d.workspace_id and c.deal_id = d.id order by c.entered_at, c.id) r) as "stageChanges",
        (select coalesce(json_agg(r), '[]') from (select t.id, t.name, t.color from gatehouse.tagging g
          join gatehouse.tag t on t.workspace_id = g.workspace_id and t.id = g.tag_id and t.deleted_at is null
          where g.workspace_id = d.workspace_id and g.deal_id = d.id order by t.name collate gatehouse.text_order, t.id) r) as tags,
        (select coalesce(json_agg(r), '[]') from (
          select a.id, a.kind, a.subject, a.happens_at at time zone 'UTC' as "happensAt", a.due_at at time zone 'UTC' as "dueAt",
            a.completed_at at time zone 'UTC' as "completedAt", (select row_to_json(k) from (select m.id, m.name from gatehouse.member m
              where m.workspace_id = a.workspace_id and m.id = a.owner_id) k) as owner
          from gatehouse.activity a where a.workspace_id = d.workspace_id and a.deal_id = d.id and a.deleted_at is null
          order by a.created_at desc, a.id desc limit 21) r) as activities
      from gatehouse.deal d where d.workspace_id = $1::uuid and d.id = $4::uuid and ${reachOf('d')}) d`,
    values: (person, { dealId }) => [...personValues(person), dealId],
  },
  gatehouse: {
    query: `query DealPage($id: ID!) {
      deal(id: $id) {
        id version title amount { amountMinor currency } probability expectedCloseOn closedAt lossReason source notes
        stageEnteredAt createdAt updatedAt
        pipeline { id name } stage { id name position status } owner { id name } team { id name }
        company { id name domain industry city country }
        contacts { role contact { id fullName jobTitle } }
        lines { description quantity unitPriceMinor discountPercent product { id name } }
        stageChanges { enteredAt toStage { id name } movedBy { id name } }
        tags { id name color }
        activities(first: 20) {
          nodes { id kind subject happensAt dueAt completedAt owner { id name } }
          pageInfo { hasNextPage endCursor }
        }
      }
    }`,
    variables: ({ dealId }) => ({ id: `deal_${dealId}` }),
  },
  postgraphile: {
    query: `query DealPage($workspaceId: UUID!, $id: UUID!) {
      deal: dealByWorkspaceIdAndRowId(workspaceId: $workspaceId, rowId: $id) {
        id: rowId version title amountMinor currency probability expectedCloseOn closedAt lossReason source notes
        stageEnteredAt createdAt updatedAt
        pipeline: pipelineByWorkspaceIdAndPipelineId { id: rowId name }
        stage: stageByWorkspaceIdAndPipelineIdAndStageId { id: rowId name position status }
        owner: memberByWorkspaceIdAndOwnerId { id: rowId name } team: teamByWorkspaceIdAndTeamId { id: rowId name }
        company: companyByWorkspaceIdAndCompanyId { id: rowId name domain industry city country }
        contacts: dealContactsByWorkspaceIdAndDealId(orderBy: [POSITION_ASC, ROW_ID_ASC]) {
          nodes { role contact: contactByWorkspaceIdAndContactId { id: rowId fullName jobTitle } }
        }
        lines: dealLinesByWorkspaceIdAndDealId(orderBy: [POSITION_ASC, ROW_ID_ASC]) {
          nodes { description quantity unitPriceMinor discountPercent product: productByWorkspaceIdAndProductId { id: rowId name } }
        }
        stageChanges: stageChangesByWorkspaceIdAndDealId(orderBy: [ENTERED_AT_ASC, ROW_ID_ASC]) {
          nodes { enteredAt toStage: stageByWorkspaceIdAndToStageId { id: rowId name } movedBy: memberByWorkspaceIdAndMovedById { id: rowId name } }
        }
        tags: taggingsByWorkspaceIdAndDealId { nodes { tag: tagByWorkspaceIdAndTagId { id: rowId name color } } }
        activities: activitiesByWorkspaceIdAndDealId(first: 20, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]) {
          nodes { id: rowId kind subject happensAt dueAt completedAt owner: memberByWorkspaceIdAndOwnerId { id: rowId name } }
          pageInfo { hasNextPage endCursor }
        }
      }
    }`,
    variables: ({ dealId, workspaceId }) => ({ workspaceId, id: dealId }),
  },
  keystone: {
    query: `query DealPage($id: ID!) {
      deal(where: { id: $id }) {
        id version title amountMinor currency probability expectedCloseOn closedAt lossReason source notes
        stageEnteredAt createdAt updatedAt
        pipeline { id name } stage { id name position status } owner { id name } team { id name }
        company { id name domain industry city country }
        contacts(orderBy: [{ position: asc }, { id: asc }]) { role contact { id fullName jobTitle } }
        lines(orderBy: [{ position: asc }, { id: asc }]) { description quantity unitPriceMinor discountPercent product { id name } }
        stageChanges(orderBy: [{ enteredAt: asc }, { id: asc }]) { enteredAt toStage { id name } movedBy { id name } }
        tags: taggings { tag { id name color } }
        activities(take: 20, orderBy: [{ createdAt: desc }, { id: desc }]) {
          id kind subject happensAt dueAt completedAt owner { id name }
        }
      }
    }`,
    variables: ({ dealId }) => ({ id: dealId }),
  },
};
