#pragma once

#include <QTimer>
#include <QWidget>
#include <functional>

#include "ui/results/run_answers.h"

class QAction;
class QComboBox;
class QLabel;
class QLineEdit;
class QSplitter;
class QTableView;

namespace fanlight::ui {

class AnswerView;
class ResultFilter;
class ResultModel;

/// The answers of one run of texts beside their prompts: search, read, copy, export.
class ResultsPane : public QWidget {
    Q_OBJECT

public:
    explicit ResultsPane(QWidget* parent = nullptr);

    /// Reads the run in this folder, off this thread; loaded() follows, or a message in the pane. Called again for the
    /// same run, it adds what is new.
    void showRun(const QString& folder);
    /// Of the run that is shown or being read; "": none.
    const QString& folder() const { return folder_; }

    /// What has changed since, in the run that is shown. It may come while the folder is being read.
    void setAnswers(const std::vector<ItemAnswer>& changed);

    /// Writes what the user sees of these items to a file, off this thread: .csv, or else JSON lines.
    void exportTo(const QString& file, const std::vector<int64_t>& items);

    ResultModel& results() const { return *results_; }
    ResultFilter& shown() const { return *shown_; }
    QTableView& table() const { return *table_; }

    // Of the chosen rows, or without a choice of all that are shown.
    void copyAnswers() const;
    void copyPrompts() const;  ///< and answers, separated by tabs

Q_SIGNALS:
    void loaded(const QString& folder);
    /// The export has ended; `problem` says why not.
    void exported(const QString& problem);
    /// The user has dropped a folder, or a results file, here.
    void folderDropped(const QString& path);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void makeTable();
    QWidget* makeFilters();
    QWidget* makeFooter();
    QAction* addAction(const QString& icon, const QString& text, const QString& key, void (ResultsPane::*act)() const);
    void take(RunAnswers run);
    void showCounts();
    void showChosen();
    void showMessage(const QString& sentence);
    int chosenCount() const;
    std::vector<int> chosenItems() const;
    std::vector<int64_t> itemsFor(int choice) const;
    void copy(const std::function<QString(int item)>& line) const;
    void askExport(int choice);

    ResultModel* const results_;
    ResultFilter* const shown_;
    QLineEdit* const search_;
    QComboBox* const states_;
    QTableView* const table_;
    AnswerView* const answer_;
    QLabel* const message_;
    QLabel* const count_;
    QTimer typing_;
    QString folder_;
    int reads_ = 0;
    bool reading_ = false;
    std::vector<ItemAnswer> early_;  ///< came while the folder was being read
    QList<QAction*> actions_;
};

}  // namespace fanlight::ui
