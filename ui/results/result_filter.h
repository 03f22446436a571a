#pragma once

#include <QSortFilterProxyModel>
#include <optional>

#include "ui/results/result_model.h"

namespace fanlight::ui {

/// The rows whose prompt or answer contains what the user has typed, in input order; or only those in one state.
class ResultFilter : public QSortFilterProxyModel {
    Q_OBJECT

public:
    explicit ResultFilter(ResultModel* results, QObject* parent = nullptr);

    void setWords(const QString& words);
    /// nullopt: all.
    void setState(std::optional<ItemState> state);

    bool isNarrowed() const { return !words_.isEmpty() || state_; }
    /// The item of a row that is shown.
    int item(int row) const { return mapToSource(index(row, 0)).row(); }

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    ResultModel* const results_;
    QString words_;
    std::optional<ItemState> state_;
};

}  // namespace fanlight::ui
