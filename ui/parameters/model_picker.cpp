#include "ui/parameters/model_picker.h"

#include <QComboBox>
#include <QFileDialog>
#include <QGridLayout>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QToolButton>

#include "core/config/program_paths.h"
#include "core/plan/given_network.h"
#include "ui/models/background.h"
#include "ui/models/model_list.h"
#include "ui/models/parameter_labels.h"
#include "ui/models/sentence.h"
#include "ui/settings/settings.h"
#include "ui/style/icons.h"
#include "ui/style/palette.h"

namespace fanlight::ui {

namespace {

constexpr int popupWidth = 340, margin = 10, padding = 6;  // pixels

/// The model's card, or one sentence why there is none.
struct LookedUp {
    std::optional<ModelCard> card;
    QString problem;
};

LookedUp lookUp(const QString& model, const QString& network = {}) {
    LookedUp found;
    try {
        found.card = find_model(model.toStdString(), resources_folder());
        ModelCard with = *found.card;
        take_given_network(with, network.toStdString(), "", resources_folder());
        found.card = with;
    } catch (const std::exception& error) {
        found.problem = said(error);
    }
    return found;
}

/// Paints a model's name, and its note below.
class ModelDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const override {
        return {popupWidth, 2 * option.fontMetrics.lineSpacing() + 2 * padding};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        QStyleOptionViewItem item = option;
        initStyleOption(&item, index);
        item.text.clear();
        item.widget->style()->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);
        const bool selected = item.state & QStyle::State_Selected, enabled = item.state & QStyle::State_Enabled;
        const QColor text = item.palette.color(selected ? QPalette::HighlightedText : QPalette::Text);
        const QColor muted = selected ? text : mutedText(item.palette);
        QRect line = item.rect.adjusted(margin, padding, -margin, -padding);
        line.setHeight(item.fontMetrics.lineSpacing());
        const auto draw = [&](const QString& content, const QColor& color) {
            painter->setPen(color);
            painter->drawText(line, int(QStyle::visualAlignment(item.direction, Qt::AlignLeft) | Qt::AlignVCenter),
                              item.fontMetrics.elidedText(content, Qt::ElideRight, line.width()));
            line.translate(0, item.fontMetrics.lineSpacing());
        };
        draw(index.data().toString(), enabled ? text : muted);
        draw(index.data(ModelList::NoteRole).toString(), muted);
    }
};

}  // namespace

ModelPicker::ModelPicker(QWidget* parent)
    : QWidget(parent), models_(new ModelList(this)), box_(new QComboBox), note_(new QLabel) {
    box_->setModel(models_);
    box_->setItemDelegate(new ModelDelegate(box_));
    box_->view()->setMinimumWidth(popupWidth);
    box_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box_->setAccessibleName(labelOf("model"));
    note_->setWordWrap(true);
    note_->setForegroundRole(QPalette::PlaceholderText);
    auto* ways = new QMenu(this);
    ways->addAction(tr("Model folder…"), this,
                    [this] { add(QFileDialog::getExistingDirectory(this, tr("Model folder"))); });
    ways->addAction(tr("Model file…"), this, [this] {
        add(QFileDialog::getOpenFileName(this, tr("Model file"), {}, tr("Models (*.safetensors)")));
    });
    auto* more = new QToolButton;
    more->setIcon(icon("open"));
    more->setToolTip(tr("Add a model"));
    more->setAccessibleName(more->toolTip());
    more->setAutoRaise(true);
    more->setMenu(ways);
    more->setPopupMode(QToolButton::InstantPopup);
    auto* layout = new QGridLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->setColumnStretch(0, 1);
    layout->addWidget(box_, 0, 0);
    layout->addWidget(more, 0, 1);
    layout->addWidget(note_, 1, 0, 1, 2);

    connect(models_, &ModelList::filled, this, [this] {
        const bool wasListed = isListed_;
        show();
        const bool hasComeBack = isListed_ && !problem_.isEmpty(), hasGone = wasListed && !isListed_;
        if (hasComeBack || hasGone) setModel(name_, network_);
    });
    connect(models_, &ModelList::dataChanged, this, &ModelPicker::show);
    connect(box_, &QComboBox::activated, this, [this](int row) {
        setModel(box_->itemData(row, ModelList::NameRole).toString());
        Q_EMIT chosen(name_);
    });
    models_->refresh(settings::addedModels.get());
}

void ModelPicker::setModel(const QString& name, const QString& network) {
    name_ = name;
    network_ = network;
    problem_.clear();
    show();
    inBackground(
        this, [name, network] { return lookUp(name, network); },
        [this, name, network](const LookedUp& found) {
            if (name != name_ || network != network_) return;
            problem_ = found.problem;
            show();
            if (!found.card) Q_EMIT problem(found.problem);
            Q_EMIT lookedUp(found.card);
        });
}

void ModelPicker::setDeviceMemory(qint64 bytes) { models_->setDeviceMemory(bytes); }

/// An empty path: the user cancelled the dialog.
void ModelPicker::add(const QString& path) {
    if (path.isEmpty()) return;
    inBackground(
        this, [path] { return lookUp(path); },
        [this, path](const LookedUp& found) {
            if (!found.card) return Q_EMIT problem(found.problem);
            QStringList added = settings::addedModels.get();
            if (!added.contains(path)) added << path;
            settings::addedModels.set(added);
            models_->refresh(added);
            setModel(path);
            Q_EMIT chosen(path);
        });
}

void ModelPicker::show() {
    const int row = models_->rowOf(name_);
    isListed_ = row >= 0;
    box_->setPlaceholderText(ModelList::shownName(name_));
    box_->setCurrentIndex(row);
    const QString note = row < 0 ? QString() : models_->index(row).data(ModelList::NoteRole).toString();
    note_->setText(problem_.isEmpty() ? note : problem_);
    note_->setForegroundRole(problem_.isEmpty() ? QPalette::PlaceholderText : QPalette::WindowText);
    note_->setVisible(!note_->text().isEmpty());
}

}  // namespace fanlight::ui

#include "moc_model_picker.cpp"
