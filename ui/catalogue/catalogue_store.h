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

/// The catalogue's file cannot be used: Damaged is permanent (the file is rebuilt), Busy is temporary (another program
/// holds a lock).
class CatalogueError : public Error {
public:
    enum class Kind { Damaged, Busy, Other };
    CatalogueError(Kind kind, Sentence sentence) : Error(std::move(sentence)), kind_(kind) {}
    Kind kind() const { return kind_; }

private:
    Kind kind_;
};

/// What the gallery knows about all runs, in one SQLite file with a full-text index. It holds nothing that is not in
/// the run folders, so it may be deleted at any time; what is in it is checked like any input. Several programs may
/// have it open (WAL). Use only from the thread that created it; every function may throw CatalogueError.
class CatalogueStore {
public:
    /// Opens the file or creates a new one.
    explicit CatalogueStore(const QString& file);

    /// The run's number, a new one if the folder is unknown. `folder` is an absolute path.
    qint64 addRun(const QString& folder);
    std::vector<GalleryRun> runs();
    /// Names of models in use, sorted.
    QStringList models();

    /// What the folder looked like when it was last read (see runStamp()); empty: never.
    QString stamp(qint64 run);
    void setStamp(qint64 run, const QString& stamp);

    /// Adds or replaces by `id`, all of them or none. A rating of 0 and an empty note keep the existing ones.
    void add(const std::vector<GalleryImage>& images);

    /// Ids in the query's order; if `among` is not empty, only those in it.
    QVector<qint64> find(const GalleryQuery& query, const QVector<qint64>& among = {});

    /// At most `count` of find()'s first results, in a small fraction of its time when there are many.
    QVector<qint64> firstFound(const GalleryQuery& query, int count);

    /// In the order given; unknown ids are left out.
    std::vector<GalleryImage> images(const QVector<qint64>& ids);

    /// Of those that are finished images.
    std::vector<RatedImage> ratings(const QVector<qint64>& ids);

    void setRating(const QVector<qint64>& ids, int rating);
    void setNote(qint64 id, const QString& note);
    /// Returns how many there were.
    int remove(const QVector<qint64>& ids);
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

    /// Qt Sql keeps connections by name; this one is removed with its store.
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
