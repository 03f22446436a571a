#include "ui/catalogue/catalogue_store.h"

#include <QHash>
#include <QSqlError>
#include <QSqlQuery>
#include <QUuid>
#include <QVariant>
#include <algorithm>

#include "core/output/number_text.h"
#include "ui/catalogue/search_text.h"

namespace fanlight::ui {

namespace {

constexpr int schemaVersion = 1;

/// `entries` is slim so that filters read little; `records` is what a cell or the details show. The tokenizer takes
/// symbols for letters, so that emoji are found, and marks, so that vowelled Arabic stays one word.
const char* const schema[] = {
    "CREATE TABLE runs(id INTEGER PRIMARY KEY, folder TEXT NOT NULL UNIQUE, stamp TEXT NOT NULL DEFAULT '')",
    "CREATE TABLE models(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    "CREATE TABLE entries(id INTEGER PRIMARY KEY, model INTEGER NOT NULL, state INTEGER NOT NULL, "
    "rating INTEGER NOT NULL)",
    "CREATE TABLE records(id INTEGER PRIMARY KEY, prompt TEXT NOT NULL, negative TEXT NOT NULL, "
    "settings TEXT NOT NULL, record TEXT NOT NULL, reason TEXT)",
    "CREATE VIRTUAL TABLE search USING fts5(prompt, negative, settings, content='records', content_rowid='id', "
    "columnsize=0, prefix='1 2 3', tokenize=\"unicode61 remove_diacritics 2 categories 'L* N* Co M* S*'\")",
    "CREATE TRIGGER record_added AFTER INSERT ON records BEGIN "
    "INSERT INTO search(rowid, prompt, negative, settings) VALUES(new.id, new.prompt, new.negative, new.settings); END",
    "CREATE TRIGGER record_removed AFTER DELETE ON records BEGIN INSERT INTO search(search, rowid, prompt, negative, "
    "settings) VALUES('delete', old.id, old.prompt, old.negative, old.settings); END",
};

CatalogueError::Kind kindOf(const QSqlError& error) {
    switch (error.nativeErrorCode().toInt() & 0xFF) {  // the low byte of SQLite's extended codes
        case 5:                                        // SQLITE_BUSY
        case 6:                                        // SQLITE_LOCKED
            return CatalogueError::Kind::Busy;
        case 11:  // SQLITE_CORRUPT
        case 26:  // SQLITE_NOTADB
            return CatalogueError::Kind::Damaged;
        default:
            return CatalogueError::Kind::Other;
    }
}

/// What can be searched for beside the prompts: "steps 20 sampler dpmpp_2m …".
QString settingsText(const ManifestRow& row) {
    const ImageParameters& p = row.item.parameters;
    const std::string text = "steps " + std::to_string(p.steps) + " sampler " + p.sampler + " schedule " + p.schedule +
                             " cfg " + number_text(p.cfg_scale) + " seed " + std::to_string(p.seed) + " size " +
                             std::to_string(p.width) + "x" + std::to_string(p.height) + " model " + row.recipe.model +
                             " device " + row.device_name + " file " + row.item.file;
    return QString::fromStdString(text);
}

QString numbers(const QVector<qint64>& ids) {
    QString list;
    for (const qint64 id : ids) list += (list.isEmpty() ? QString() : ",") + QString::number(id);
    return list;
}

/// From ascending numbers. Sorting these here takes a tenth of the time that SQLite needs for it.
void putNewestRunFirst(QVector<qint64>& ids) {
    std::stable_sort(ids.begin(), ids.end(), [](qint64 a, qint64 b) { return runOf(a) > runOf(b); });
}

}  // namespace

CatalogueStore::Connection::Connection()
    : name(QUuid::createUuid().toString()), database(QSqlDatabase::addDatabase("QSQLITE", name)) {}

CatalogueStore::Connection::~Connection() {
    database.close();
    database = {};
    QSqlDatabase::removeDatabase(name);
}

CatalogueStore::CatalogueStore(const QString& file) : file_(file) {
    QSqlDatabase& database = connection_.database;
    database.setDatabaseName(file);
    database.setConnectOptions("QSQLITE_BUSY_TIMEOUT=2000");
    if (!database.open()) fail(database.lastError());
    execute("PRAGMA journal_mode=WAL");
    execute("PRAGMA synchronous=NORMAL");
    inTransaction([this] {
        QSqlQuery version = prepared("PRAGMA user_version");
        execute(version);
        const int found = version.next() ? version.value(0).toInt() : 0;
        version.finish();
        if (found == schemaVersion) return;
        if (found > schemaVersion)
            throw CatalogueError(
                CatalogueError::Kind::Other,
                file_.toStdString() + " was written by a newer Fanlight; delete it to begin a new one");
        for (const char* statement : schema) execute(QString::fromLatin1(statement));
        execute(QStringLiteral("PRAGMA user_version=%1").arg(schemaVersion));
    });
}

qint64 CatalogueStore::addRun(const QString& folder) {
    QSqlQuery insert = prepared("INSERT OR IGNORE INTO runs(folder) VALUES(?)");
    insert.addBindValue(folder);
    execute(insert);
    QSqlQuery select = prepared("SELECT id FROM runs WHERE folder=?");
    select.addBindValue(folder);
    execute(select);
    return select.next() ? select.value(0).toLongLong() : 0;
}

std::vector<GalleryRun> CatalogueStore::runs() {
    QSqlQuery select = prepared("SELECT id, folder FROM runs ORDER BY id DESC");
    execute(select);
    std::vector<GalleryRun> runs;
    while (select.next()) runs.push_back({select.value(0).toLongLong(), select.value(1).toString()});
    return runs;
}

QStringList CatalogueStore::models() {
    QSqlQuery select = prepared("SELECT name FROM models WHERE name<>'' ORDER BY name COLLATE NOCASE");
    execute(select);
    QStringList names;
    while (select.next()) names << select.value(0).toString();
    return names;
}

QString CatalogueStore::stamp(qint64 run) {
    QSqlQuery select = prepared("SELECT stamp FROM runs WHERE id=?");
    select.addBindValue(run);
    execute(select);
    return select.next() ? select.value(0).toString() : QString();
}

void CatalogueStore::setStamp(qint64 run, const QString& stamp) {
    QSqlQuery update = prepared("UPDATE runs SET stamp=? WHERE id=?");
    update.addBindValue(stamp);
    update.addBindValue(run);
    execute(update);
}

void CatalogueStore::add(const std::vector<GalleryImage>& images) {
    inTransaction([&] {
        QHash<QString, qint64> models;
        QSqlQuery addModel = prepared("INSERT OR IGNORE INTO models(name) VALUES(?)");
        QSqlQuery findModel = prepared("SELECT id FROM models WHERE name=?");
        QSqlQuery removeRecord = prepared("DELETE FROM records WHERE id=?");
        QSqlQuery addRecord = prepared("INSERT INTO records VALUES(?,?,?,?,?,?)");
        QSqlQuery addEntry = prepared(
            "INSERT INTO entries VALUES(?,?,?,?) ON CONFLICT(id) DO UPDATE SET model=excluded.model, "
            "state=excluded.state, rating=CASE excluded.rating WHEN 0 THEN entries.rating ELSE excluded.rating END");
        const auto bound = [this](QSqlQuery& query, std::initializer_list<QVariant> values) {
            int place = 0;
            for (const QVariant& value : values) query.bindValue(place++, value);
            execute(query);
        };
        for (const GalleryImage& image : images) {
            const QString model = QString::fromStdString(image.row.recipe.model);
            if (!models.contains(model)) {
                bound(addModel, {model});
                bound(findModel, {model});
                models[model] = findModel.next() ? findModel.value(0).toLongLong() : 0;
                findModel.finish();
            }
            bound(removeRecord, {image.id});
            bound(addRecord,
                  {image.id, image.prompt(), QString::fromStdString(image.row.item.parameters.negative_prompt),
                   settingsText(image.row), QString::fromStdString(manifest_jsonl({image.row})), image.reason});
            bound(addEntry, {image.id, models[model], static_cast<int>(image.state), image.rating});
        }
    });
}

QVector<qint64> CatalogueStore::find(const GalleryQuery& query, const QVector<qint64>& among) {
    const SearchText search = searchText(query.text);
    QStringList conditions;
    QVector<QVariant> values;
    const auto where = [&](bool asked, const QString& condition, std::initializer_list<QVariant> bound) {
        if (!asked) return;
        conditions << condition;
        for (const QVariant& value : bound) values << value;
    };
    const QString matches = "id %1 (SELECT rowid FROM search WHERE search MATCH ?)";
    where(!search.wanted.isEmpty(), matches.arg("IN"), {search.wanted});
    where(!search.excluded.isEmpty(), matches.arg("NOT IN"), {search.excluded});
    where(query.run > 0, "id BETWEEN ? AND ?", {imageId(query.run, 0), imageId(query.run + 1, 0) - 1});
    where(!query.model.isEmpty(), "model=(SELECT id FROM models WHERE name=?)", {query.model});
    where(query.minStars > 0, "rating>=?", {query.minStars});
    where(query.minStars == rejected, "rating=?", {rejected});
    where(query.failedOnly, "state=?", {static_cast<int>(ImageState::Failed)});
    where(!among.isEmpty(), QStringLiteral("id IN (%1)").arg(numbers(among)), {});

    const bool bestFirst = query.order == GalleryQuery::Order::BestFirst;
    const bool textAlone = conditions.size() == 1 && !search.wanted.isEmpty() && !bestFirst;
    const QString filter = conditions.isEmpty() ? QString() : " WHERE " + conditions.join(" AND ");
    QSqlQuery select = prepared(textAlone ? QString("SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid")
                                          : "SELECT id FROM entries" + filter + " ORDER BY " +
                                                (bestFirst ? "rating DESC, id >> 32 DESC, id" : "id"));
    for (const QVariant& value : values) select.addBindValue(value);
    execute(select);
    QVector<qint64> ids;
    while (select.next()) ids << select.value(0).toLongLong();
    if (query.order == GalleryQuery::Order::NewestRunFirst) putNewestRunFirst(ids);
    return ids;
}

std::vector<GalleryImage> CatalogueStore::images(const QVector<qint64>& ids) {
    QHash<qint64, QString> folders;
    for (const GalleryRun& run : runs()) folders[run.id] = run.folder;
    QSqlQuery select =
        prepared("SELECT record, reason, state, rating FROM records JOIN entries USING(id) WHERE records.id=?");
    std::vector<GalleryImage> images;
    for (const qint64 id : ids) {
        select.bindValue(0, id);
        execute(select);
        if (!select.next()) continue;
        GalleryImage image{.id = id, .folder = folders.value(runOf(id))};
        try {
            image.row = read_manifest_record(select.value(0).toString().toStdString(), file_.toStdString());
        } catch (const Error& error) {
            throw CatalogueError(CatalogueError::Kind::Damaged, error.what());
        }
        image.reason = select.value(1).toString();
        image.state =
            select.value(2).toInt() == static_cast<int>(ImageState::Failed) ? ImageState::Failed : ImageState::Done;
        image.rating = std::clamp(select.value(3).toInt(), rejected, maxStars);
        images.push_back(std::move(image));
    }
    return images;
}

void CatalogueStore::setRating(const QVector<qint64>& ids, int rating) {
    if (ids.isEmpty()) return;
    QSqlQuery update = prepared(QStringLiteral("UPDATE entries SET rating=? WHERE id IN (%1)").arg(numbers(ids)));
    update.addBindValue(rating);
    execute(update);
}

void CatalogueStore::remove(const QVector<qint64>& ids) {
    inTransaction([&] {
        for (const char* table : {"records", "entries"})
            execute(QStringLiteral("DELETE FROM %1 WHERE id IN (%2)").arg(QLatin1String(table), numbers(ids)));
    });
}

void CatalogueStore::removeRun(qint64 run) {
    inTransaction([&] {
        for (const char* table : {"records", "entries"})
            execute(QStringLiteral("DELETE FROM %1 WHERE id BETWEEN %2 AND %3")
                        .arg(QLatin1String(table))
                        .arg(imageId(run, 0))
                        .arg(imageId(run + 1, 0) - 1));
        execute(QStringLiteral("DELETE FROM runs WHERE id=%1").arg(run));
    });
}

template <typename Work>
void CatalogueStore::inTransaction(Work work) {
    execute("BEGIN IMMEDIATE");
    try {
        work();
        execute("COMMIT");
    } catch (...) {
        QSqlQuery(connection_.database).exec("ROLLBACK");
        throw;
    }
}

QSqlQuery CatalogueStore::prepared(const QString& sql) {
    QSqlQuery query(connection_.database);
    query.setForwardOnly(true);
    if (!query.prepare(sql)) fail(query.lastError());
    return query;
}

void CatalogueStore::execute(QSqlQuery& query) {
    if (!query.exec()) fail(query.lastError());
}

void CatalogueStore::execute(const QString& sql) {
    QSqlQuery query(connection_.database);
    if (!query.exec(sql)) fail(query.lastError());
}

void CatalogueStore::fail(const QSqlError& error) {
    const std::string name = file_.toStdString();
    switch (const auto kind = kindOf(error); kind) {
        case CatalogueError::Kind::Damaged:
            throw CatalogueError(kind, "The gallery's catalogue " + name + " is damaged");
        case CatalogueError::Kind::Busy:
            throw CatalogueError(kind, "The gallery's catalogue " + name + " is held by another program");
        default:
            throw CatalogueError(kind,
                                 "The gallery's catalogue " + name + " cannot be used: " + error.text().toStdString());
    }
}

}  // namespace fanlight::ui
