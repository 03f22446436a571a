#include "ui/prompts/state_delegate.h"

#include <QApplication>
#include <QLineEdit>
#include <QPainter>
#include <QStringListModel>
#include <limits>

#include "ui/models/parameter_labels.h"
#include "ui/prompts/distinct_text.h"
#include "ui/prompts/name_completer.h"
#include "ui/prompts/offered_names.h"
#include "ui/prompts/prompt_model.h"
#include "ui/prompts/prompt_table.h"
#include "ui/style/icons.h"
#include "ui/style/palette.h"

namespace fanlight::ui {

namespace {

constexpr int margin = 8, iconSize = 16, barHeight = 3;

struct StageLook {
    const char* icon;
    QColor (*color)(const QPalette&);
};

QColor accentColor(const QPalette& palette) { return palette.color(QPalette::Highlight); }

StageLook lookOf(RowStage stage) {
    switch (stage) {
        case RowStage::Working:
            return {"working", &accentColor};
        case RowStage::Done:
            return {"done", &doneColor};
        case RowStage::Failed:
            return {"failed", &failedColor};
        default:
            return {"pending", &mutedText};
    }
}

/// Fraction of the row's images that is done, counting the one in progress by its steps.
double progressOf(const RowState& state) {
    const double current = state.of > 0 ? double(state.step) / state.of : 0;
    return std::clamp((state.done + current) / std::max(1, state.images), 0.0, 1.0);
}

void drawBar(QPainter* painter, const QRect& cell, const QPalette& palette, double fraction, bool mirrored) {
    const QRect groove(cell.left() + margin, cell.bottom() - barHeight - 1, cell.width() - 2 * margin, barHeight);
    QRect done = groove;
    done.setWidth(qRound(groove.width() * fraction));
    if (mirrored) done.moveRight(groove.right());
    painter->fillRect(groove, palette.color(QPalette::Mid));
    painter->fillRect(done, palette.color(QPalette::Highlight));
}

}  // namespace

void StateDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    QApplication::style()->drawPrimitive(QStyle::PE_PanelItemViewItem, &item, painter, item.widget);
    const auto state = index.data(PromptModel::StateRole).value<RowState>();
    if (state.stage == RowStage::Idle) return;

    const bool selected = item.state & QStyle::State_Selected;
    const StageLook look = lookOf(state.stage);
    const QColor plain = state.edited ? warningColor(item.palette) : look.color(item.palette);
    const QColor color = selected ? item.palette.color(QPalette::HighlightedText) : plain;
    QRect rest = item.rect.adjusted(margin, 0, -margin, 0);
    const auto placed = [&](const QRect& rect) { return QStyle::visualRect(item.direction, item.rect, rect); };
    const QRect icon(rest.left(), rest.center().y() - iconSize / 2, iconSize, iconSize);
    painter->drawPixmap(placed(icon).topLeft(),
                        iconPixmap(look.icon, iconSize, color, painter->device()->devicePixelRatioF()));
    rest.setLeft(icon.right() + 7);
    if (!state.thumbnail.isNull()) {
        const int side = item.rect.height() - 4;
        const QRect picture(rest.right() - side, item.rect.top() + 2, side, side);
        painter->setRenderHint(QPainter::SmoothPixmapTransform);
        painter->drawImage(placed(picture), state.thumbnail);
        rest.setRight(picture.left() - 4);
    }
    painter->setPen(selected ? color : item.palette.color(QPalette::Text));
    const QString text = item.fontMetrics.elidedText(stateText(state), Qt::ElideRight, rest.width());
    painter->drawText(placed(rest), int(QStyle::visualAlignment(item.direction, Qt::AlignLeft) | Qt::AlignVCenter),
                      text);
    if (state.stage == RowStage::Working)
        drawBar(painter, item.rect, item.palette, progressOf(state), item.direction == Qt::RightToLeft);
}

ValueDelegate::ValueDelegate(PromptTable* table) : QStyledItemDelegate(table), table_(table) {}

void ValueDelegate::initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const {
    QStyledItemDelegate::initStyleOption(option, index);
    if (index.data(PromptModel::InheritedRole).toBool())
        option->palette.setColor(QPalette::Text, mutedText(option->palette));
    const int room = option->rect.width() - 2 * (QApplication::style()->pixelMetric(QStyle::PM_FocusFrameHMargin) + 1);
    const auto lineAt = [&](int row) {
        return index.siblingAtRow(row).data(Qt::EditRole).toString().replace(u'\n', u' ');
    };
    if (option->text.size() > 1 && option->text == lineAt(index.row()))
        option->text = withoutEqualPart(option->text, {lineAt(index.row() - 1), lineAt(index.row() + 1)},
                                        option->fontMetrics, room);
}

QWidget* ValueDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem& option,
                                     const QModelIndex& index) const {
    QWidget* editor = QStyledItemDelegate::createEditor(parent, option, index);
    auto* line = qobject_cast<QLineEdit*>(editor);
    if (!line) return editor;
    line->setMaxLength(std::numeric_limits<int>::max());
    OfferedNames* names = table_->names();
    const int field = index.column() - PromptModel::promptColumn;
    if (field == fieldWith("model")) line->setCompleter(new NameCompleter(names->models(), {}, line));
    if (field == fieldWith("loras")) line->setCompleter(new NameCompleter(names->loras(), u';', line));
    if (field == fieldWith("styles")) line->setCompleter(new NameCompleter(names->styles(), u';', line));
    if (line->completer()) names->refresh();
    const auto& rules = PromptModel::fieldOf(index.column()).rules;
    if (const QStringList values = rules.empty() ? QStringList() : typedValues(rules.front()); !values.isEmpty())
        line->setCompleter(new NameCompleter(new QStringListModel(values, line), {}, line));
    return editor;
}

void ValueDelegate::setModelData(QWidget* editor, QAbstractItemModel*, const QModelIndex& index) const {
    const auto* line = qobject_cast<QLineEdit*>(editor);
    // A name that is chosen from a list does not count as modified.
    const bool isChosen = line && line->completer() && line->text() != index.data(Qt::EditRole).toString();
    if (line && (line->isModified() || isChosen)) table_->setTyped(index, line->text());
}

}  // namespace fanlight::ui

#include "moc_state_delegate.cpp"
