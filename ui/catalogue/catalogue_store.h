#pragma once

#include <QSqlDatabase>
#include <QString>
#include <QStringList>
#include <QVector>
#include <vector>

#include "core/base/error.h"
#include "ui/catalogue/gallery_image.h"

class QSqlQuery;

namespace fanlight::ui {

/// The catalogue's file cannot be used: Damaged is for good (it is rebuilt), Busy passes (another program holds it).
class CatalogueError : public Error {
public:
    enum class Kind { Damaged, Busy, Other };
    CatalogueError(Kind kind, const std::string& sentence) : Error(sentence), kind_(kind) {}
    Kind kind() const { return kind_; }

private:
    Kind kind_;
};

/// What the gallery knows of all runs, in one SQLite file with a full-text index. It holds nothing that is not in the
/// run folders, so it may be deleted at any time. Several programs may have it open (WAL). Used from the thread that
/// made it; every function throws CatalogueError.
class CatalogueStore {
public:
    /// Opens the file or makes a new one.
    explicit CatalogueStore(const QString& file);

    /// The run's number, a new one where the folder is unknown. `folder` is absolute.
    qint64 addRun(const QString& folder);
    std::vector<GalleryRun> runs();
    /// Names of models in use, sorted.
    QStringList models();

    /// What the folder looked like when it was last read (see runStamp()); empty: never.
    QString stamp(qint64 run);
    void setStamp(qint64 run, const QString& stamp);

    /// Adds or replaces, all or none; their `id`s say where. A rating of 0 leaves the one that is there.
    void add(const std::vector<GalleryImage>& images);

    /// Numbers in the query's order; where `among` is not empty only of those.
    QVector<qint64> find(const GalleryQuery& query, const QVector<qint64>& among = {});

    /// At most `count` of those that find() begins with, in a small part of its time where it finds many.
    QVector<qint64> firstFound(const GalleryQuery& query, int count);

    /// In the order asked for; numbers that are not there are left out.
    std::vector<GalleryImage> images(const QVector<qint64>& ids);

    void setRating(const QVector<qint64>& ids, int rating);
    void remove(const QVector<qint64>& ids);
    void removeRun(qint64 run);

private:
    struct Selection;
    Selection selectionOf(const GalleryQuery& query, const QVector<qint64>& among);
    QVector<qint64> selected(const Selection& selection, const QString& order, int limit);

    template <typename Work>
    void inTransaction(Work work);
    QSqlQuery prepared(const QString& sql);
    void execute(QSqlQuery& query);
    void execute(const QString& sql);
    bool next(QSqlQuery& query);
    bool isUpToDate();
    int number(const QString& sql);
    [[noreturn]] void fail(const class QSqlError& error);

    /// Qt Sql keeps connections by name; this one leaves with its store.
    struct Connection {
        Connection();
        ~Connection();
        Connection(const Connection&) = delete;
        Connection& operator=(const Connection&) = delete;
        QString name;
        QSqlDatabase database;
    };

    QString file_;
    Connection connection_;
};

}  // namespace fanlight::ui
