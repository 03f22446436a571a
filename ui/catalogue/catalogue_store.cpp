#include "ui/catalogue/catalogue_store.h"

#include <QHash>
#include <QSqlError>
#include <QSqlQuery>
#include <QUuid>
#include <QVariant>
#include <algorithm>
#include <limits>

#include "core/base/number_text.h"
#include "ui/catalogue/search_text.h"

namespace fanlight::ui {

namespace {

constexpr int schemaVersion = 3;

constexpr int unlimited = -1;  ///< SQLite's value for no LIMIT

/// How many runs firstFound() looks at: more would cost more than finding all images.
constexpr int firstRuns = 8;

/// How many ids one statement lists: SQLite limits its length.
constexpr qsizetype idsAtOnce = 1000;

/// `entries` is narrow so that filters read little; `records` holds what a cell or the details pane shows. The
/// tokenizer treats symbols as letters, so that emoji can be found, and marks too, so that vowelled Arabic stays one
/// word. Word prefixes of the lengths in `prefix` are indexed; for longer ones SQLite merges the lists of all matching
/// words before it returns the first hit.
const char* const schema[] = {
    "DROP TABLE IF EXISTS search",
    "DROP TABLE IF EXISTS records",
    "DROP TABLE IF EXISTS entries",
    "DROP TABLE IF EXISTS models",
    "CREATE TABLE IF NOT EXISTS runs(id INTEGER PRIMARY KEY, folder TEXT NOT NULL UNIQUE, stamp TEXT NOT NULL DEFAULT "
    "'')",
    "CREATE TABLE models(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    "CREATE TABLE entries(id INTEGER PRIMARY KEY, model INTEGER NOT NULL, state INTEGER NOT NULL, "
    "rating INTEGER NOT NULL)",
    "CREATE TABLE records(id INTEGER PRIMARY KEY, prompt TEXT NOT NULL, negative TEXT NOT NULL, "
    "settings TEXT NOT NULL, note TEXT NOT NULL, record TEXT NOT NULL, reason TEXT)",
    "CREATE VIRTUAL TABLE search USING fts5(prompt, negative, settings, note, content='records', content_rowid='id', "
    "columnsize=0, prefix='1 2 3 4 5', tokenize=\"unicode61 remove_diacritics 2 categories 'L* N* Co M* S*'\")",
    "CREATE TRIGGER record_added AFTER INSERT ON records BEGIN "
    "INSERT INTO search(rowid, prompt, negative, settings, note) "
    "VALUES(new.id, new.prompt, new.negative, new.settings, new.note); END",
    "CREATE TRIGGER record_removed AFTER DELETE ON records BEGIN INSERT INTO search(search, rowid, prompt, negative, "
    "settings, note) VALUES('delete', old.id, old.prompt, old.negative, old.settings, old.note); END",
    "CREATE TRIGGER record_changed AFTER UPDATE ON records BEGIN INSERT INTO search(search, rowid, prompt, negative, "
    "settings, note) VALUES('delete', old.id, old.prompt, old.negative, old.settings, old.note); "
    "INSERT INTO search(rowid, prompt, negative, settings, note) "
    "VALUES(new.id, new.prompt, new.negative, new.settings, new.note); END",
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

/// What can be searched for besides the prompts: "steps 20 sampler dpmpp_2m …".
QString settingsText(const ManifestRow& row) {
    const ImageTask& p = image_of(row.item);
    const std::string text = "steps " + std::to_string(p.steps) + " sampler " + p.sampler + " schedule " + p.schedule +
                             " cfg " + number_text(p.cfg_scale) + " seed " + std::to_string(p.seed) + " size " +
                             std::to_string(p.width) + "x" + std::to_string(p.height) + " model " + row.recipe().model +
                             " device " + row.made.device_name + " file " + row.item.place;
    return QString::fromStdString(text);
}

QString numbers(const QVector<qint64>& ids) {
    QString list;
    for (const qint64 id : ids) list += (list.isEmpty() ? QString() : ",") + QString::number(id);
    return list;
}

/// Calls `work` with the ids as SQL, piece by piece.
template <typename Work>
void inPieces(const QVector<qint64>& ids, Work work) {
    for (qsizetype first = 0; first < ids.size(); first += idsAtOnce) work(numbers(ids.mid(first, idsAtOnce)));
}

/// `ids` are ascending. Sorting here takes a tenth of the time that SQLite needs.
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
    database.setConnectOptions("QSQLITE_BUSY_TIMEOUT=500");
    if (!database.open()) fail(database.lastError());
    execute("PRAGMA journal_mode=WAL");
    execute("PRAGMA synchronous=NORMAL");
    if (isUpToDate()) return;  // no transaction, so that it can be read even while another program writes
    inTransaction([this] {
        if (isUpToDate()) return;
        for (const char* statement : schema) execute(QString::fromLatin1(statement));
        execute("UPDATE runs SET stamp=''");  // of an older catalogue: all runs are read again
        execute(QStringLiteral("PRAGMA user_version=%1").arg(schemaVersion));
    });
}

bool CatalogueStore::isUpToDate() {
    const int version = number("PRAGMA user_version");
    if (version > schemaVersion)
        throw CatalogueError(
            CatalogueError::Kind::Other,
            Sentence("%1 was written by a newer Fanlight; delete it to begin a new one", file_.toStdString()));
    if (version < schemaVersion) return false;
    const int tables = number(
        "SELECT count(*) FROM sqlite_master WHERE type='table' AND name IN ('runs','models','entries','records',"
        "'search')");
    if (tables < 5)
        throw CatalogueError(CatalogueError::Kind::Damaged,
                             Sentence("The gallery's catalogue %1 lacks tables", file_.toStdString()));
    return true;
}

qint64 CatalogueStore::addRun(const QString& folder) {
    QSqlQuery insert = prepared("INSERT OR IGNORE INTO runs(folder) VALUES(?)");
    insert.addBindValue(folder);
    execute(insert);
    QSqlQuery select = prepared("SELECT id FROM runs WHERE folder=?");
    select.addBindValue(folder);
    execute(select);
    return next(select) ? select.value(0).toLongLong() : 0;
}

std::vector<GalleryRun> CatalogueStore::runs() {
    QSqlQuery select = prepared("SELECT id, folder FROM runs ORDER BY id DESC");
    execute(select);
    std::vector<GalleryRun> runs;
    while (next(select)) runs.push_back({select.value(0).toLongLong(), select.value(1).toString()});
    return runs;
}

QStringList CatalogueStore::models() {
    QSqlQuery select = prepared("SELECT name FROM models WHERE name<>'' ORDER BY name COLLATE NOCASE");
    execute(select);
    QStringList names;
    while (next(select)) names << select.value(0).toString();
    return names;
}

QString CatalogueStore::stamp(qint64 run) {
    QSqlQuery select = prepared("SELECT stamp FROM runs WHERE id=?");
    select.addBindValue(run);
    execute(select);
    return next(select) ? select.value(0).toString() : QString();
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
        QSqlQuery addRecord = prepared(
            "INSERT INTO records VALUES(?,?,?,?,?,?,?) ON CONFLICT(id) DO UPDATE SET prompt=excluded.prompt, "
            "negative=excluded.negative, settings=excluded.settings, record=excluded.record, reason=excluded.reason, "
            "note=CASE excluded.note WHEN '' THEN records.note ELSE excluded.note END");
        QSqlQuery addEntry = prepared(
            "INSERT INTO entries VALUES(?,?,?,?) ON CONFLICT(id) DO UPDATE SET model=excluded.model, "
            "state=excluded.state, rating=CASE excluded.rating WHEN 0 THEN entries.rating ELSE excluded.rating END");
        const auto bound = [this](QSqlQuery& query, std::initializer_list<QVariant> values) {
            int place = 0;
            for (const QVariant& value : values) query.bindValue(place++, value);
            execute(query);
        };
        for (const GalleryImage& image : images) {
            const QString model = QString::fromStdString(image.row.recipe().model);
            if (!models.contains(model)) {
                bound(addModel, {model});
                bound(findModel, {model});
                models[model] = next(findModel) ? findModel.value(0).toLongLong() : 0;
                findModel.finish();
            }
            bound(addRecord,
                  {image.id, image.prompt(), QString::fromStdString(image_of(image.row.item).negative_text()),
                   settingsText(image.row), image.note.isNull() ? QString("") : image.note,
                   QString::fromStdString(manifest_jsonl({image.row})), image.reason});
            bound(addEntry, {image.id, models[model], static_cast<int>(image.state), image.rating});
        }
    });
}

/// A query in SQL, to be narrowed and limited. Words are looked up first and their hits checked in ascending order of
/// id, so that the first results arrive before the last one is found.
struct CatalogueStore::Selection {
    QString from = "entries";
    QString id = "id";
    QStringList conditions;
    QVector<QVariant> values;
    bool bestFirst = false;

    void where(const QString& condition, std::initializer_list<QVariant> bound = {}) {
        conditions << condition;
        values << bound;
    }
    void inRun(qint64 run) { where(id + " BETWEEN ? AND ?", {imageId(run, 0), imageId(run + 1, 0) - 1}); }

    QString sql(const QString& order, int limit) const {
        return "SELECT " + id + " FROM " + from + (conditions.isEmpty() ? "" : " WHERE " + conditions.join(" AND ")) +
               " ORDER BY " + order + " LIMIT " + QString::number(limit);
    }
    /// The order of display, with the oldest run first.
    QString order() const { return bestFirst ? "rating DESC, entries.id >> 32 DESC, entries.id" : id; }
};

CatalogueStore::Selection CatalogueStore::selectionOf(const GalleryQuery& query, const QVector<qint64>& among) {
    const SearchText search = searchText(query.text);
    Selection selection{.bestFirst = query.order == GalleryQuery::Order::BestFirst};
    const bool filtered =
        !query.model.isEmpty() || query.minStars != 0 || query.show != GalleryQuery::Show::All || selection.bestFirst;
    if (!search.wanted.isEmpty()) {
        selection.from = filtered ? "search CROSS JOIN entries ON entries.id=search.rowid" : "search";
        selection.id = "search.rowid";
        selection.where(
            "search MATCH ?",
            {search.excluded.isEmpty() ? search.wanted : QString("(%1) NOT (%2)").arg(search.wanted, search.excluded)});
    } else if (!search.excluded.isEmpty()) {
        selection.where("id NOT IN (SELECT rowid FROM search WHERE search MATCH ?)", {search.excluded});
    }
    if (query.run > 0) selection.inRun(query.run);
    if (!query.model.isEmpty()) selection.where("model=(SELECT id FROM models WHERE name=?)", {query.model});
    if (query.minStars > 0) selection.where("rating>=?", {query.minStars});
    constexpr int failed = static_cast<int>(ImageState::Failed);
    using Show = GalleryQuery::Show;
    if (query.show == Show::Unrated) selection.where("rating=0 AND state<>?", {failed});
    if (query.show == Show::NotRejected) selection.where("rating<>?", {rejected});
    if (query.show == Show::Rejected) selection.where("rating=?", {rejected});
    if (query.show == Show::Failed) selection.where("state=?", {failed});
    if (!among.isEmpty()) selection.where(selection.id + QStringLiteral(" IN (%1)").arg(numbers(among)));
    return selection;
}

QVector<qint64> CatalogueStore::selected(const Selection& selection, const QString& order, int limit) {
    QSqlQuery select = prepared(selection.sql(order, limit));
    for (const QVariant& value : selection.values) select.addBindValue(value);
    execute(select);
    QVector<qint64> ids;
    while (next(select)) ids << select.value(0).toLongLong();
    return ids;
}

QVector<qint64> CatalogueStore::find(const GalleryQuery& query, const QVector<qint64>& among) {
    const Selection selection = selectionOf(query, among);
    auto ids = selected(selection, selection.order(), unlimited);
    if (query.order == GalleryQuery::Order::NewestRunFirst) putNewestRunFirst(ids);
    return ids;
}

QVector<qint64> CatalogueStore::firstFound(const GalleryQuery& query, int count) {
    const Selection all = selectionOf(query, {});
    if (query.order != GalleryQuery::Order::NewestRunFirst) return selected(all, all.order(), count);
    QVector<qint64> ids;
    qint64 before = std::numeric_limits<qint64>::max();
    for (int run = 0; run < firstRuns && ids.size() < count; ++run) {
        Selection older = all;
        older.where(older.id + "<?", {before});
        const auto last = selected(older, older.id + " DESC", 1);
        if (last.isEmpty()) break;
        older.inRun(runOf(last.first()));
        ids << selected(older, older.order(), count - static_cast<int>(ids.size()));
        before = imageId(runOf(last.first()), 0);
    }
    return ids;
}

std::vector<GalleryImage> CatalogueStore::images(const QVector<qint64>& ids) {
    QHash<qint64, QString> folders;
    for (const GalleryRun& run : runs()) folders[run.id] = run.folder;
    QSqlQuery select =
        prepared("SELECT record, reason, state, rating, note FROM records JOIN entries USING(id) WHERE records.id=?");
    std::vector<GalleryImage> images;
    for (const qint64 id : ids) {
        select.bindValue(0, id);
        execute(select);
        if (!next(select)) continue;
        GalleryImage image{.id = id, .folder = folders.value(runOf(id))};
        try {
            image.row = read_manifest_record(select.value(0).toString().toStdString(), file_.toStdString());
        } catch (const Error& error) {
            throw CatalogueError(CatalogueError::Kind::Damaged, error.sentence());
        }
        if (imageId(runOf(id), image.row.item.index) != id)
            throw CatalogueError(
                CatalogueError::Kind::Damaged,
                Sentence("The gallery's catalogue %1 is damaged: a record is filed under another image's number",
                         file_.toStdString()));
        image.reason = select.value(1).toString();
        image.state =
            select.value(2).toInt() == static_cast<int>(ImageState::Failed) ? ImageState::Failed : ImageState::Done;
        image.rating = std::clamp(select.value(3).toInt(), rejected, max_stars);
        image.note = select.value(4).toString().left(max_note_bytes);
        if (!images.empty()) share(images.back().row, image.row);
        images.push_back(std::move(image));
    }
    return images;
}

std::vector<RatedImage> CatalogueStore::ratings(const QVector<qint64>& ids) {
    std::vector<RatedImage> rated;
    inPieces(ids, [&](const QString& some) {
        QSqlQuery select = prepared("SELECT id, rating FROM entries WHERE state=? AND id IN (" + some + ")");
        select.addBindValue(static_cast<int>(ImageState::Done));
        execute(select);
        while (next(select)) rated.push_back({select.value(0).toLongLong(), select.value(1).toInt()});
    });
    return rated;
}

void CatalogueStore::setRating(const QVector<qint64>& ids, int rating) {
    inTransaction([&] {
        inPieces(ids, [&](const QString& some) {
            execute(QStringLiteral("UPDATE entries SET rating=%1 WHERE id IN (%2)").arg(rating).arg(some));
        });
    });
}

void CatalogueStore::setNote(qint64 id, const QString& note) {
    QSqlQuery update = prepared("UPDATE records SET note=? WHERE id=?");
    update.addBindValue(note);
    update.addBindValue(id);
    execute(update);
}

int CatalogueStore::remove(const QVector<qint64>& ids) {
    int removed = 0;
    inTransaction([&] {
        inPieces(ids, [&](const QString& some) {
            execute("DELETE FROM records WHERE id IN (" + some + ")");
            QSqlQuery entries = prepared("DELETE FROM entries WHERE id IN (" + some + ")");
            execute(entries);
            removed += entries.numRowsAffected();
        });
    });
    return removed;
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
    if (!query.prepare(sql)) {
        constexpr int unknownNames = 1;  // SQLITE_ERROR: its tables have other columns than ours
        if (query.lastError().nativeErrorCode().toInt() == unknownNames)
            throw CatalogueError(
                CatalogueError::Kind::Damaged,
                Sentence("The gallery's catalogue %1 is damaged: it has other tables", file_.toStdString()));
        fail(query.lastError());
    }
    return query;
}

void CatalogueStore::execute(QSqlQuery& query) {
    if (!query.exec()) fail(query.lastError());
}

void CatalogueStore::execute(const QString& sql) {
    QSqlQuery query(connection_.database);
    if (!query.exec(sql)) fail(query.lastError());
}

/// Advances to the next row; false after the last one. Throws if reading fails.
bool CatalogueStore::next(QSqlQuery& query) {
    if (query.next()) return true;
    if (query.lastError().isValid()) fail(query.lastError());
    return false;
}

int CatalogueStore::number(const QString& sql) {
    QSqlQuery query = prepared(sql);
    execute(query);
    return next(query) ? query.value(0).toInt() : 0;
}

void CatalogueStore::fail(const QSqlError& error) {
    const CatalogueError::Kind kind = kindOf(error);
    const std::string name = file_.toStdString();
    if (kind == CatalogueError::Kind::Damaged)
        throw CatalogueError(kind, Sentence("The gallery's catalogue %1 is damaged", name));
    if (kind == CatalogueError::Kind::Busy)
        throw CatalogueError(kind, Sentence("The gallery's catalogue %1 is in use by another program", name));
    throw CatalogueError(kind,
                         Sentence("The gallery's catalogue %1 cannot be used: %2", name, error.text().toStdString()));
}

}  // namespace fanlight::ui
