import SchemaBuilder, {
  BasePlugin, type PothosOutputFieldConfig, type PothosTypeConfig, type SchemaTypes,
} from '@pothos/core';
import type { Permission } from '../auth/nouns.ts';

/**
 * Which permission a field needs, said where the field is declared.
 *
 * `public`: nobody need be signed in. `signedIn`: any member. `parent`: whoever may have the object may have the field
 * (payloads, connections, money, and children, which take their parent's verdict). Otherwise a permission: of a verb on
 * root fields (`deal.move`), of a field group on records (`deal.financial`).
 */
export type Access = 'public' | 'signedIn' | 'parent' | Permission;

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
export class AccessPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
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

function describe(description: string | null | undefined, access?: Access): string | undefined {
  const text = (description ?? '').replace(/^@personalData.*$/gm, '').trim();
  const needs = access?.includes('.') && !access.endsWith('.core') ? `Needs \`${access}\`.` : '';
  return [text, needs].filter(Boolean).join(' ') || undefined;
}

SchemaBuilder.registerPlugin('access', AccessPlugin as never);
