import DataLoader from 'dataloader';
import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import type { Row } from '../db/database.ts';
import type { GraphQLContext } from './context.ts';
import { findNodes, maxIds } from './node.ts';

type Loader = DataLoader<string, Row | null>;

const loaders = new WeakMap<GraphQLContext, Map<FieldNode, Loader>>();

/**
 * A record by its global id, for fields that are resolved object by object: all of one field of a document are read
 * together. A loader lives as long as its request, because rights differ between requests.
 */
export function loadRecord(globalId: string, context: GraphQLContext, info: GraphQLResolveInfo): Promise<Row | null> {
  let ofContext = loaders.get(context);
  if (!ofContext) loaders.set(context, (ofContext = new Map()));
  const node = info.fieldNodes[0]!;
  let loader = ofContext.get(node);
  if (!loader) {
    loader = new DataLoader<string, Row | null>(async (ids) => {
      const rows: (Row | null)[] = [];
      for (let at = 0; at < ids.length; at += maxIds) {
        rows.push(...await findNodes(ids.slice(at, at + maxIds), context, info));
      }
      return rows;
    });
    ofContext.set(node, loader);
  }
  return loader.load(globalId);
}
