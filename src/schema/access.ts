import SchemaBuilder, {
  BasePlugin, type PothosOutputFieldConfig, type PothosTypeConfig, type SchemaTypes,
} from '@pothos/core';
import type { Permission, VerbPermission } from '../auth/nouns.ts';

/**
 * Which permission a field needs, said where the field is declared.
 *
 * `public`: nobody need be signed in. `signedIn`: any member. `parent`: whoever may have the object may have the field
 * (payloads, connections, money, and children, which take their parent's verdict). Otherwise a permission: of a verb on
 * root fields (`deal.move`), of a field group on records (`deal.financial`). A verb on a record's field is asked of
 * that record (`deal.share` on `Deal.shares`). A list is for mutations of records of any kind: one of them opens the
 * mutation, and which of them counts is decided by the record that the input names.
 */
export type Access = 'public' | 'signedIn' | 'parent' | Permission | readonly VerbPermission[];

/** What a type's fields need that say nothing themselves. Types of records have none: each of their fields says it. */
export type TypeAccess = 'parent';

declare global {
  // Pothos collects the options of its plugins in this namespace; its parameters must be named as Pothos names them.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  export namespace PothosSchemaTypes {
    interface Plugins<Types extends SchemaTypes> {
      access: AccessPlugin<Types>;
    }
    interface FieldOptions {
      /** The permission this field needs. */
      access?: Access;
    }
    interface InputFieldOptions {
      /** Only where it differs from the output field of the same name. */
      access?: Access;
    }
    interface ObjectTypeOptions {
      access?: TypeAccess;
    }
    interface InterfaceTypeOptions {
      access?: TypeAccess;
    }
  }
}

/**
 * Carries `access` into the schema's extensions, where policy, printers and checks find it, and writes the permission
 * into the description, where people do.
 */
class AccessPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    const { access } = field.pothosOptions as { access?: Access };
    return {
      ...field,
      description: describe(field.description, access),
      extensions: { ...field.extensions, access },
    };
  }

  override onTypeConfig(type: PothosTypeConfig): PothosTypeConfig {
    const { access } = type.pothosOptions as { access?: TypeAccess };
    return { ...type, description: describe(type.description), extensions: { ...type.extensions, access } };
  }
}

/** The permissions that an access names: none, one, or several of which one is enough. */
export function permissionsIn(access: Access | undefined): readonly Permission[] {
  if (!access || access === 'public' || access === 'signedIn' || access === 'parent') return [];
  return typeof access === 'string' ? [access] : access;
}

function describe(description: string | null | undefined, access?: Access): string | undefined {
  const text = (description ?? '').replace(/^@personalData.*$/gm, '').trim();
  const named = permissionsIn(access)
    .filter((permission) => !permission.endsWith('.core'))
    .map((each) => `\`${each}\``);
  const needs =
    named.length > 1 ? `Needs ${named.join(' or ')}, by the kind of record.` : named.length ? `Needs ${named[0]}.` : '';
  return [text, needs].filter(Boolean).join(' ') || undefined;
}

SchemaBuilder.registerPlugin('access', AccessPlugin as never);
