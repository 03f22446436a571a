#include "ui/parameters/component_picker.h"

#include <QComboBox>
#include <QEvent>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QMenu>
#include <QToolButton>

#include "core/batch/replaced_component.h"
#include "ui/models/background.h"
#include "ui/models/components_here.h"
#include "ui/style/icons.h"

namespace fanlight::ui {

ComponentPicker::ComponentPicker(const QString& kind, const QString& name, QWidget* parent)
    : QWidget(parent), kind_(kind), box_(new QComboBox) {
    box_->setAccessibleName(name);
    box_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box_->installEventFilter(this);
    setKnown({});
    auto* ways = new QMenu(this);
    ways->addAction(tr("Folder…"), this, [this, name] { choose(QFileDialog::getExistingDirectory(this, name)); });
    ways->addAction(tr("File…"), this, [this, name] {
        choose(QFileDialog::getOpenFileName(this, name, {}, tr("Weights (*.safetensors *.gguf)")));
    });
    auto* more = new QToolButton;
    more->setIcon(icon("open"));
    more->setToolTip(tr("Select a file or folder for: %1").arg(name));
    more->setAccessibleName(more->toolTip());
    more->setAutoRaise(true);
    more->setMenu(ways);
    more->setPopupMode(QToolButton::InstantPopup);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->setSpacing(4);
    row->addWidget(box_, 1);
    row->addWidget(more);
    connect(box_, &QComboBox::activated, this, [this] { Q_EMIT edited(component()); });
}

QString ComponentPicker::component() const { return box_->currentData().toString(); }

void ComponentPicker::setComponent(const QString& component) {
    if (box_->findData(component) < 0) {
        box_->addItem(component.section('/', -1), component);
        box_->setItemData(box_->count() - 1, component, Qt::ToolTipRole);
    }
    box_->setCurrentIndex(box_->findData(component));
}

void ComponentPicker::setKnown(const QStringList& names) {
    const QString chosen = component();
    box_->clear();
    box_->addItem(kind_ == refiner_kind ? tr("None") : tr("Model's own"), QString());
    for (const QString& name : names) box_->addItem(name, name);
    setComponent(chosen);
}

/// The list is read when the user turns to it.
bool ComponentPicker::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::FocusIn || event->type() == QEvent::Show)
        inBackground(
            this, [kind = kind_] { return componentsHere(kind); },
            [this](const QStringList& names) {
                QStringList shown;
                for (int row = 1; row < box_->count(); ++row) shown << box_->itemData(row).toString();
                shown.removeAll(names.contains(component()) ? QString() : component());
                if (shown != names) setKnown(names);
            });
    return QWidget::eventFilter(watched, event);
}

/// An empty path: the user cancelled the dialog.
void ComponentPicker::choose(const QString& path) {
    if (path.isEmpty()) return;
    setComponent(path);
    Q_EMIT edited(path);
}

}  // namespace fanlight::ui

#include "moc_component_picker.cpp"
