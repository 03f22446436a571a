#include "ui/settings/settings_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QVBoxLayout>

#include "core/output/file_names.h"
#include "ui/models/window_geometry.h"
#include "ui/settings/folder_field.h"
#include "ui/settings/form_caption.h"
#include "ui/settings/model_folders_box.h"
#include "ui/settings/queue_settings_box.h"
#include "ui/settings/settings.h"
#include "ui/style/content_area.h"

namespace fanlight::ui {

namespace {

constexpr int usualWidth = 600;  // pixels

QComboBox* choice(const QList<QPair<QString, QString>>& choices, const QString& chosen, const QString& name) {
    auto* box = new QComboBox;
    for (const auto& [text, value] : choices) box->addItem(text, value);
    box->setCurrentIndex(std::max(0, box->findData(chosen)));
    box->setAccessibleName(name);
    return box;
}

QLabel* hint(const QString& text) {
    auto* label = new QLabel(text);
    label->setForegroundRole(QPalette::PlaceholderText);
    return label;
}

}  // namespace

SettingsDialog::SettingsDialog(QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("Settings"));
    folder_ = new FolderField(tr("Output folder"));
    folder_->setFolder(outputFolder());
    folder_->setDefault(defaultOutputFolder());
    names_ = new QLineEdit(settings::namePattern.get());
    names_->setAccessibleName(tr("File names"));
    names_->setPlaceholderText(default_name_pattern);
    colours_ = choice({{tr("Follow the system"), ""}, {tr("Light"), "light"}, {tr("Dark"), "dark"}},
                      settings::colours.get(), tr("Colours"));
    language_ = choice({{tr("Follow the system"), ""}, {"English", "en"}, {"العربية", "ar"}}, settings::language.get(),
                       tr("Language"));
    notify_ = new QCheckBox(tr("Tell me when a run ends"));
    notify_->setChecked(settings::notify.get());
    models_ = new ModelFoldersBox;
    queue_ = new QueueSettingsBox;
    keepAwake_ = new QCheckBox(tr("Keep the computer awake during a run"));
    keepAwake_->setChecked(settings::keepAwake.get());

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("Save"));
    buttons->button(QDialogButtonBox::Cancel)->setText(tr("Cancel"));
    connect(buttons, &QDialogButtonBox::accepted, this, &SettingsDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &SettingsDialog::reject);

    auto* contents = new QWidget;
    auto* form = new QFormLayout(contents);
    form->setContentsMargins(20, 20, 20, 16);
    form->setVerticalSpacing(10);
    form->setHorizontalSpacing(16);
    form->addRow(caption(tr("Output folder"), folder_), folder_);
    form->addRow(caption(tr("File names"), names_), names_);
    form->addRow(nullptr, hint(tr("[index] [row] [seed] [prompt] [steps] [cfg] [width] [height]\n[sampler] [schedule] "
                                  "[model] are replaced by the image's values.")));
    form->addRow(caption(tr("More models in"), models_), models_);
    form->addRow(caption(tr("Colours"), colours_), colours_);
    form->addRow(caption(tr("Language"), language_), language_);
    form->addRow(nullptr, hint(tr("The language changes when you restart Fanlight.")));
    form->addRow(nullptr, notify_);
    form->addRow(nullptr, keepAwake_);
    form->addRow(queue_);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 16);
    layout->addWidget(new ContentArea(contents), 1);
    auto* line = new QHBoxLayout;
    line->setContentsMargins(20, 0, 20, 0);
    line->addWidget(buttons);
    layout->addLayout(line);
    resize(sizeOnScreen(this, sizeHint().expandedTo({usualWidth, 0})));
}

void SettingsDialog::accept() {
    folder_->checkThen([this] { save(); });
}

void SettingsDialog::save() {
    const QString folder = folder_->folder();
    settings::outputFolder.set(folder == defaultOutputFolder() ? QString() : folder);
    settings::namePattern.set(names_->text().trimmed());
    settings::language.set(language_->currentData().toString());
    settings::notify.set(notify_->isChecked());
    settings::keepAwake.set(keepAwake_->isChecked());
    for (const QString& problem : {models_->save(), queue_->save()})
        if (!problem.isEmpty()) QMessageBox::warning(this, windowTitle(), problem);
    if (const QString colours = colours_->currentData().toString(); colours != settings::colours.get()) {
        settings::colours.set(colours);
        Q_EMIT coloursChanged();
    }
    QDialog::accept();
}

}  // namespace fanlight::ui

#include "moc_settings_dialog.cpp"
