/** Makes the roles and the schema of a registry; for a superuser, before `persistentchat migrate`. */
export const ROLES = `\
CREATE ROLE persistentchat_owner LOGIN;
CREATE ROLE persistentchat_user LOGIN;
CREATE ROLE persistentchat_reader LOGIN;
CREATE SCHEMA persistentchat AUTHORIZATION persistentchat_owner;
`;

/**
 * Lets one role do everything but change the tables themselves and the history, and another one read; for the owner, after
 * `persistentchat migrate`, once: what later versions add can be read, and their changelog says what else to grant.
 */
export const GRANTS = `\
GRANT USAGE ON SCHEMA persistentchat TO persistentchat_user, persistentchat_reader;
GRANT SELECT ON ALL TABLES IN SCHEMA persistentchat TO persistentchat_user, persistentchat_reader;
GRANT INSERT, UPDATE, DELETE ON persistentchat.sip_domain, persistentchat.pool, persistentchat.contact,
  persistentchat.cutover TO persistentchat_user;
GRANT INSERT ON persistentchat.history TO persistentchat_user;
GRANT UPDATE ON ALL SEQUENCES IN SCHEMA persistentchat TO persistentchat_user;
ALTER DEFAULT PRIVILEGES IN SCHEMA persistentchat
  GRANT SELECT ON TABLES TO persistentchat_user, persistentchat_reader;
`;
