import * as z from 'zod';

const SitePath = z
  .string()
  .max(256)
  .regex(
    /^(?:[a-z0-9]+(?:-[a-z0-9]+)*\/)?[a-z0-9]+(?:-[a-z0-9]+)*\.html$/,
    'must be the path of a page, such as incidents/knight-2012.html',
  )
  .meta({ description: 'A page, by its path in the folder, with slashes.' });

/** What `haunted incidents site` made, kept in the folder so that the next run knows what is its own. */
export const Site = z
  .strictObject({
    schema: z.literal('haunted.site/v1').meta({ description: 'Document type and version.' }),
    pages: z.array(SitePath).max(20_000).meta({ description: 'The pages, in the order of their paths.' }),
  })
  .meta({
    id: 'Site',
    title: 'haunted.site/v1',
    description: 'The pages that `haunted incidents site` wrote into a folder.',
  });
export type Site = z.infer<typeof Site>;
