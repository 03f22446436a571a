#include "ui/parameters/preset_menu.h"

#include <QInputDialog>

#include "ui/settings/settings.h"
#include "ui/style/icons.h"

namespace fanlight::ui {

PresetMenu::PresetMenu(std::function<Generation()> current, QWidget* parent)
    : QMenu(parent), current_(std::move(current)) {
    connect(this, &QMenu::aboutToShow, this, &PresetMenu::fill);
}

void PresetMenu::fill() {
    clear();
    const QVariantMap presets = settings::presets.get();
    for (auto it = presets.begin(); it != presets.end(); ++it)
        addAction(it.key(), this, [this, map = it.value().toMap()] { Q_EMIT chosen(generationOf(map)); });
    if (presets.isEmpty()) addAction(tr("No presets yet"))->setEnabled(false);
    addSeparator();
    addAction(ui::icon("save"), tr("Save as a preset…"), this, &PresetMenu::save);
    QMenu* removing = addMenu(ui::icon("remove"), tr("Delete a preset"));
    removing->setEnabled(!presets.isEmpty());
    for (const QString& name : presets.keys())
        removing->addAction(name, this, [name] {
            QVariantMap left = settings::presets.get();
            left.remove(name);
            settings::presets.set(left);
        });
}

void PresetMenu::save() {
    const QString name = QInputDialog::getText(this, tr("Save as a preset"), tr("Name")).trimmed();
    if (name.isEmpty()) return;
    QVariantMap presets = settings::presets.get();
    presets[name] = toMap(current_());
    settings::presets.set(presets);
}

}  // namespace fanlight::ui

#include "moc_preset_menu.cpp"
