-- Layout 1 of a day file (user_version). Never edited once released; a new layout is a new file beside this one.
--
-- Ids of ver, seen, snap, gap and log are base/ids.py ids: they rise with time and are unique in the whole record.
-- Ids of obj, ev, about and of the word tables keep counting from file to file, but each file holds every row it refers to.

create table meta(key text primary key, value) without rowid;
-- start: the first id that belongs to this file. Versions below it are carried: the state at that moment, copied from
--        the file before, so that this file answers alone. alive_ms: when the last commit was. complete: 1.
-- seal <file>: digest of a file before this one, as it was when it was closed.
-- rows <table>: how many rows were written to ver, seen and log.
-- noise <kind>: how many renewals and heartbeats were seen and not kept.

create table kind(id integer primary key, name text not null unique);      -- 'Pod', 'Deployment.apps'
create table ns(id integer primary key, name text not null unique);
create table paths(id integer primary key, name text not null unique);     -- changed fields, one per line
create table writer(id integer primary key, name text not null unique);    -- manager, operation, subresource, one per line
create table sort(id integer primary key, name text not null unique);      -- JSON list: type, reason, component, field path of an event
create table container(id integer primary key, name text not null unique); -- of a log
create table counted(id integer primary key, name text not null unique);   -- what a tick counts, one name per line
create table msg(id integer primary key, text text not null);              -- event messages, each once per file
-- In a message \x01 stands for the name of the object involved, \x02 for the event's namespace, unless it begins with \x03.

create table obj(
  id integer primary key,       -- numbers one life of one uid
  kind int not null, ns int not null, name text not null,
  uid blob not null,            -- 16 bytes, or text if it is no UUID
  owner blob,                   -- uid of the controller
  first int not null,           -- id of the first version
  gone int                      -- id of the tombstone
);
create index obj_name on obj(ns, kind, name);

create table ver(
  id integer primary key,
  obj int not null,
  how int not null,             -- kube/watch.py Op; + 8 when the moment of the change was not seen;
                                -- + 0 stored against the version before, + 16 against the whole frame "base", + 32 whole
  paths int not null,           -- 0 for none
  writer int not null,          -- 0 for unknown
  wrote,                        -- seconds the writer's own time lies before the id's, or RFC 3339 text
  base int,
  body blob not null            -- zstd frame with checksum, without its magic number
);
create index ver_obj on ver(obj);

create table about(
  id integer primary key,       -- numbers an object as events and logs name it, whether the record knows it or not
  kind int not null,
  ns int not null,              -- of the event: "default" for an object outside namespaces
  inside int not null,          -- namespace of the object itself
  name text not null, uid blob not null
);

-- No index on about and ev: they cost 7 bytes for each version of a generated day and save 2 ms of a question.
create table ev(
  id integer primary key,       -- numbers one Event object
  about int not null,
  sort int not null, msg int not null,
  name blob not null,           -- what follows the object's name and a dot, as bytes; or the whole name
  uid blob not null,
  first                         -- Unix seconds or text
);
create table seen(id integer primary key, ev int not null, n int not null, last);  -- last: seconds before the id's, or text

create table log(
  id integer primary key,
  about int not null, container int not null,
  previous int not null,        -- 1 for the lines of the run before
  base int,                     -- id of the excerpt this one is stored against, itself stored whole
  body blob not null            -- zstd frame as in ver
);
create index log_about on log(about);

create table snap(id integer primary key, at_ms int not null, counted int not null, counts blob not null);  -- msgpack list
create table gap(id integer primary key, kind int, since_ms int not null, until_ms int not null, why text not null);
create table cursor(kind int primary key, version text not null) without rowid;
