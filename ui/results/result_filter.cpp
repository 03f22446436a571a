#include "ui/results/result_filter.h"

namespace fanlight::ui {

ResultFilter::ResultFilter(ResultModel* results, QObject* parent) : QSortFilterProxyModel(parent), results_(results) {
    setSourceModel(results);
}

void ResultFilter::setWords(const QString& words) {
    if (words == words_) return;
    words_ = words;
    invalidateFilter();
}

void ResultFilter::setState(std::optional<ItemState> state) {
    if (state == state_) return;
    state_ = state;
    invalidateFilter();
}

bool ResultFilter::filterAcceptsRow(int row, const QModelIndex&) const {
    if (state_ && results_->answer(row).state != *state_) return false;
    return words_.isEmpty() || results_->contains(row, words_);
}

}  // namespace fanlight::ui

#include "moc_result_filter.cpp"
