#pragma once

#include <QImage>
#include <QList>
#include <QObject>
#include <QSet>
#include <QString>
#include <QStringList>
#include <map>
#include <memory>
#include <vector>

#include "core/owner/run_state.h"
#include "core/run/run_folder.h"

class QFileSystemWatcher;
class QTimer;

namespace fanlight {
class RunClient;
}

namespace fanlight::ui {

/// Identifies a run folder, whichever owners know it, one after the other or at the same time. 0: no run.
using RunKey = qint64;

/// A picture that has been made.
struct MadeImage {
    RunKey run = 0;
    QString folder;  ///< of the run
    Result result;   ///< a file

    qint64 item() const { return result.item; }
    QString file() const { return QString::fromStdString(result.file()->name); }
};

/// The window's only connection to runs, whichever owner makes them: the one that stays up between runs (`fanlight
/// serve`, started with the first run), or one that was started from the command line, found by its socket. Events are
/// collected and published at most once per frame. Never blocks; lives in the GUI thread.
class RunBridge : public QObject {
    Q_OBJECT
public:
    explicit RunBridge(QObject* parent = nullptr);
    ~RunBridge() override;

    /// Looks for owners now, and from then on whenever one appears. If runs are known from before, the owner that stays
    /// up is started, and goes on with those that wait.
    void attach();

    /// Writes the run folder (off this thread) and queues the run after the others, starting an owner if there is none.
    /// runsChanged() follows, or problem().
    void start(const QString& folder, RunPlan plan);
    /// Resumes the run in this folder.
    void resumeFolder(const QString& folder);

    /// The current one, those that wait in the order in which they are made, then those that have ended, the latest
    /// first.
    QList<RunKey> runs() const;
    /// nullptr: there is no such run. Valid until control returns to the event loop.
    const RunState* run(RunKey key) const;
    /// The run that is being made (or is paused); 0: none.
    RunKey current() const;
    /// The run's plan, read from its folder off this thread: nullptr until planLoaded().
    std::shared_ptr<const RunPlan> plan(RunKey key);
    /// The text of an item in the making, as far as it has come; "" if its beginning was not heard, or there is none.
    std::string textSoFar(RunKey key, qint64 item) const;

    // Commands; one that cannot be carried out leads to problem(). Without items, cancel() means the whole run and
    // retry() all items that have failed.

    /// Appends items to a run that is being made: a prompt list as JSON lines. What a row leaves out is taken from the
    /// run's first item.
    void add(RunKey key, const QByteArray& promptLines);
    void pause(RunKey key);
    void resume(RunKey key);
    void cancel(RunKey key, const QList<qint64>& items = {});
    void retry(RunKey key, const QList<qint64>& items = {});
    void moveItems(RunKey key, const QList<qint64>& items, qint64 before = -1);
    /// `before`: 0, or a run of another owner, means to the end.
    void moveRun(RunKey key, RunKey before = 0);
    void enableWorker(RunKey key, int worker, bool enabled);
    void remove(RunKey key);
    /// Cancels the runs that wait, and the one that is being made.
    void cancelAll();
    /// "": takes the run's name away.
    void rename(RunKey key, const QString& name);

Q_SIGNALS:
    /// Runs were added, removed or moved: read runs() again.
    void runsChanged();
    /// A run's phase, counts, workers or time left have changed.
    void runChanged(fanlight::ui::RunKey run);
    /// The states of these items have changed; empty: of all items.
    void itemsChanged(fanlight::ui::RunKey run, const QList<qint64>& items);
    void workersChanged(fanlight::ui::RunKey run);
    void planLoaded(fanlight::ui::RunKey run);
    void imageMade(const fanlight::ui::MadeImage& image);
    /// These items are done; their results are records.
    void recordsMade(fanlight::ui::RunKey run, const std::vector<fanlight::Result>& results);
    /// The newest preview of an item in flight.
    void previewMade(fanlight::ui::RunKey run, qint64 item, const QImage& preview);
    /// A worker's memory and busy seconds (WorkerStatus::stats) have changed.
    void statsChanged(fanlight::ui::RunKey run, int worker);
    /// A run that was running has ended, in whatever way.
    void runEnded(fanlight::ui::RunKey run);
    /// The run that start() was asked for in this folder has not been started; problem() says why.
    void notStarted(const QString& folder);
    /// What to know about a run, one sentence without a full stop: a prompt's end is cut, a worker died and its items
    /// are made again.
    void noticed(fanlight::ui::RunKey run, const QString& sentence);
    /// One plain sentence for the user.
    void problem(const QString& sentence);

private:
    struct Owner;
    /// Where a run is found: the owner that makes it, else the one that lists it.
    struct Place {
        Owner* owner;
        int64_t run;
    };
    struct Changes {
        QSet<qint64> items;
        QSet<int> stats;  ///< of these workers
        bool head = false, workers = false, everything = false;
        QList<MadeImage> images;
        std::vector<Result> records;
        std::map<qint64, std::string> previews;  ///< base64, the newest of each item
    };

    void findOwners();
    void add(const std::string& socket);
    void gone(Owner& owner, const Sentence& reason);
    /// Whether the owner is started again, which had died while it made a run.
    bool restartOwner();
    /// Finds each run again, after an owner has told of its runs, or gone.
    void locate();
    RunKey keyOf(const Owner& owner, int64_t run) const;
    void take(Owner& owner, const client::FromOwner& event);
    void handle(RunKey key, const client::Run& head);
    void handle(RunKey key, const client::States& states);
    void handle(RunKey key, const client::ItemOrder& order);
    void handle(RunKey key, const client::Worker& worker);
    void handle(RunKey key, const ItemsLeased& leased);
    void handle(RunKey key, const ItemProgress& progress);
    void handle(RunKey key, const ItemPreview& preview);
    void handle(RunKey key, const WorkerMeasured& measured);
    void handle(RunKey key, const ItemDone& done);
    void handle(RunKey key, const ItemFailed& failed);
    void handle(RunKey key, const RunWarning& warning);
    Changes& changes(RunKey key);
    void publishSoon();
    void publish();
    void publish(RunKey key, const Changes& changes);

    void startFolder(const QString& folder);
    void startOwner();
    void startWaiting();
    /// Those that waited for an owner wait no more.
    void dropWaiting();
    void refuse(const Sentence& sentence);
    const Place* placeOf(RunKey key) const;
    Owner* idleOwner() const;
    template <typename Command>
    void command(RunKey key, Command command);

    std::vector<std::unique_ptr<Owner>> owners_;
    std::map<std::string, RunKey> keys_;  ///< by folder; never forgotten
    std::map<RunKey, Place> places_;
    QList<qint64> restarts_;  ///< when an owner was started again, in milliseconds of the system's clock
    QStringList waiting_;     ///< folders to start once the idle owner answers
    QStringList asked_;       ///< that it was asked to start, and has not listed yet
    std::map<RunKey, Changes> changes_;
    std::map<RunKey, std::shared_ptr<const RunPlan>> plans_;
    std::map<RunKey, std::map<qint64, std::string>> growing_;  ///< items that began while the window listened
    QSet<RunKey> loading_;
    bool runsChanged_ = false;
    QFileSystemWatcher* const watcher_;
    QTimer* const frame_;
    QTimer* const patience_;  ///< waits for an owner that was started
    QTimer* const search_;    ///< looks for it meanwhile: its socket may not have answered yet when it appeared
};

}  // namespace fanlight::ui
