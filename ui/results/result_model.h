#pragma once

#include <QAbstractTableModel>
#include <memory>
#include <vector>

#include "ui/results/run_answers.h"

namespace fanlight::ui {

/// The items of one run of texts in input order: prompt and answer. Texts are kept as UTF-8, as they came; a cell makes
/// only what it shows of one, so that 100,000 long answers can be scrolled.
class ResultModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Number, Prompt, Answered, Note, ColumnCount };

    enum Role { StateRole = Qt::UserRole };  ///< an ItemState's letter

    using QAbstractTableModel::QAbstractTableModel;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

    /// Shows this run; rows of a run that has grown are added to those that are shown already.
    void setRun(RunAnswers run);
    /// Ignores items that the run does not have (it has grown, and will be read again), and states before the answer
    /// that an item already has.
    void setAnswers(const std::vector<ItemAnswer>& changed);

    const QString& folder() const { return folder_; }
    const std::shared_ptr<const RunPlan>& plan() const { return plan_; }
    const Answer& answer(int row) const { return answers_[static_cast<size_t>(row)]; }
    const Task& task(int row) const { return plan_->items[static_cast<size_t>(row)].task; }
    /// In whole; of an item without an answer "".
    QString answerText(int row) const;
    QString promptText(int row) const;
    /// Whether the prompt or the answer contains it, in upper or lower case.
    bool contains(int row, const QString& words) const;

private:
    bool extends(const RunAnswers& run) const;
    void announce(std::vector<int> rows);
    QString text(int row, Column column) const;

    QString folder_;
    std::shared_ptr<const RunPlan> plan_;
    std::vector<Answer> answers_;  ///< by row, which is the item's number
};

}  // namespace fanlight::ui
