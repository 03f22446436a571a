#pragma once

#include <QWidget>
#include <functional>
#include <initializer_list>

#include "ui/bridge/run_bridge.h"

class QAction;
class QComboBox;
class QKeySequence;
class QLabel;
class QProgressBar;
class QSplitter;
class QStackedWidget;
class QTableView;
class QToolBar;

namespace fanlight::ui {

class ItemModel;
class RunModel;

/// The runs, and the items of the selected one: pause, cancel, retry, reorder, progress, time left.
class QueuePane : public QWidget {
    Q_OBJECT

public:
    explicit QueuePane(RunBridge* bridge, QWidget* parent = nullptr);

    /// For the menus.
    QList<QAction*> runActions() const { return runActions_; }
    RunKey selectedRun() const;

Q_SIGNALS:
    /// The user wants to open the run's folder.
    void openFolder(const QString& folder);
    /// The user wants the images of this run again that are in the trash.
    void remakeCulled(const QString& folder);
    /// 0: none.
    void runSelected(fanlight::ui::RunKey run);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeRuns();
    QWidget* makeItems();
    QAction* addAction(QToolBar* bar, const QString& icon, const QString& text, const QKeySequence& key,
                       std::function<void()> act);
    void addRunActions(QToolBar* bar);
    void addItemActions(QToolBar* bar);

    void selectRun();
    bool followsRuns() const;
    RunKey runToFollow() const;
    void refresh();
    void enableActions();
    void showQueueTime();
    QList<qint64> selectedItems(std::initializer_list<ItemState> states) const;

    void rename();
    void showLog();
    void pauseOrResume();
    /// Moves the selected run by `places` among the waiting ones; INT_MIN: to the front.
    void moveRun(int places);
    void cancelItems();
    void retryItems();
    void moveItems(bool toFront);

    RunBridge* const bridge_;
    RunModel* const runs_;
    ItemModel* const items_;
    RunKey followed_ = 0;  ///< the run that was selected without the user
    QStackedWidget* pages_;
    QSplitter* parts_;  ///< runs and images, side by side if there is room
    QLabel* progressText_;
    QLabel* queueText_;  ///< how many runs wait, and for how long
    QProgressBar* progress_;
    QTableView* runTable_;
    QTableView* itemTable_;
    QComboBox* filter_;
    QAction *pause_, *cancel_, *retry_, *remake_, *front_, *up_, *down_, *remove_, *folder_, *cancelAll_, *log_,
        *rename_;
    QAction *cancelItems_, *retryItems_, *itemsFront_, *itemsEnd_;
    QList<QAction*> runActions_;
};

}  // namespace fanlight::ui
