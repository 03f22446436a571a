#include "ui/gallery/export_dialog.h"

#include <QButtonGroup>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPointer>
#include <QProgressBar>
#include <QPushButton>
#include <QRadioButton>
#include <QSpinBox>
#include <QStandardPaths>
#include <QVBoxLayout>
#include <algorithm>
#include <tuple>

#include "core/images/contact_sheet.h"
#include "core/output/archive.h"
#include "ui/models/background.h"
#include "ui/models/direction.h"
#include "ui/models/sentence.h"
#include "ui/style/icons.h"

namespace fanlight::ui {

namespace {

constexpr int progressSteps = 1000;

struct KindText {
    ExportDialog::Kind kind;
    const char* text;
    const char* suffix;
    const char* filter;
};
constexpr KindText kindTexts[] = {
    {ExportDialog::Kind::Folder, QT_TRANSLATE_NOOP("fanlight::ui::ExportDialog", "Folder"), "", ""},
    {ExportDialog::Kind::Zip, QT_TRANSLATE_NOOP("fanlight::ui::ExportDialog", "ZIP archive"), ".zip", "ZIP (*.zip)"},
    {ExportDialog::Kind::ContactSheet, QT_TRANSLATE_NOOP("fanlight::ui::ExportDialog", "Contact sheet"), ".png",
     "PNG (*.png)"},
};

std::vector<ExportImage> exported(const std::vector<GalleryImage>& images) {
    std::vector<ExportImage> list;
    for (const GalleryImage& image : images)
        list.push_back(
            {image.path().toStdString(), image.row, {.rating = image.rating, .note = image.note.toStdString()}});
    return list;
}

/// What was exported without some files; "" if all were there.
QString leftOut(const MissingFiles& missing) {
    if (!missing || missing->empty()) return {};
    return ExportDialog::tr("%n file(s) were left out because they are missing. The first is %1.", nullptr,
                            static_cast<int>(missing->size()))
        .arg(isolated(QString::fromStdString(missing->front().string())));
}

/// Run by run, in the order of their items: the order of `fanlight export`, whatever the gallery's is.
std::vector<SheetImage> cellsOf(std::vector<GalleryImage> images) {
    std::sort(images.begin(), images.end(), [](const GalleryImage& a, const GalleryImage& b) {
        return std::tie(a.folder, a.row.item.index) < std::tie(b.folder, b.row.item.index);
    });
    std::vector<SheetImage> cells;
    for (const GalleryImage& image : images) cells.push_back({image.path().toStdString(), image.row.item.index});
    return cells;
}

}  // namespace

ExportDialog::ExportDialog(std::vector<GalleryImage> images, QWidget* parent)
    : QDialog(parent),
      images_(std::move(images)),
      kinds_(new QButtonGroup(this)),
      target_(new QLineEdit),
      columns_(new QSpinBox),
      cell_(new QSpinBox),
      sheetOptions_(new QWidget),
      message_(new QLabel),
      progress_(new QProgressBar),
      buttons_(new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel)) {
    setWindowTitle(tr("Export %n image(s)", nullptr, static_cast<int>(images_.size())));
    setMinimumWidth(460);
    columns_->setRange(0, 50);
    columns_->setSpecialValueText(tr("automatic"));
    cell_->setRange(64, 1024);
    cell_->setSingleStep(64);
    cell_->setValue(256);
    cell_->setSuffix(tr(" px"));
    message_->setWordWrap(true);
    message_->hide();
    progress_->setRange(0, progressSteps);
    progress_->setTextVisible(false);
    progress_->hide();
    layOut();
    connect(kinds_, &QButtonGroup::idToggled, this, [this](int, bool on) {
        if (on) kindChanged();
    });
    setKind(Kind::Zip);
    target_->setFocus();
}

ExportDialog::~ExportDialog() { *stopped_ = true; }

void ExportDialog::layOut() {
    auto* kindRow = new QHBoxLayout;
    for (const KindText& kind : kindTexts) {
        auto* button = new QRadioButton(tr(kind.text));
        kinds_->addButton(button, static_cast<int>(kind.kind));
        kindRow->addWidget(button);
    }
    kindRow->addStretch(1);
    target_->setAccessibleName(tr("Where to"));
    auto* browse = new QPushButton(icon("open"), tr("Choose…"));
    connect(browse, &QPushButton::clicked, this, &ExportDialog::chooseTarget);
    auto* targetRow = new QHBoxLayout;
    targetRow->addWidget(target_, 1);
    targetRow->addWidget(browse);
    auto* sheet = new QFormLayout(sheetOptions_);
    sheet->setContentsMargins(0, 0, 0, 0);
    sheet->addRow(tr("Columns"), columns_);
    sheet->addRow(tr("Image size"), cell_);
    buttons_->button(QDialogButtonBox::Cancel)->setText(tr("Cancel"));
    auto* ok = buttons_->button(QDialogButtonBox::Ok);  // made with the other: Tab would miss one that is added later
    ok->setText(tr("Export"));
    ok->setProperty("accent", true);
    connect(ok, &QPushButton::clicked, this, &ExportDialog::start);
    connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(12);
    layout->addLayout(kindRow);
    layout->addLayout(targetRow);
    layout->addWidget(sheetOptions_);
    layout->addWidget(message_);
    layout->addWidget(progress_);
    layout->addStretch(1);
    layout->addWidget(buttons_);
}

ExportDialog::Kind ExportDialog::kind() const { return static_cast<Kind>(kinds_->checkedId()); }
void ExportDialog::setKind(Kind kind) { kinds_->button(static_cast<int>(kind))->setChecked(true); }
void ExportDialog::setTarget(const QString& path) { target_->setText(QDir::toNativeSeparators(path)); }

void ExportDialog::kindChanged() {
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::PicturesLocation);
    const QString name = QDir(images_.front().folder).dirName();
    setTarget(folder + '/' + name + (kind() == Kind::Folder ? "-export" : kindTexts[kinds_->checkedId()].suffix));
    sheetOptions_->setVisible(kind() == Kind::ContactSheet);
    for (QAbstractButton* button : kinds_->buttons())  // Qt lets Tab stop at any of them until one has had the focus
        button->setFocusPolicy(button->isChecked() ? Qt::StrongFocus : Qt::ClickFocus);
    adjustSize();
}

void ExportDialog::chooseTarget() {
    const KindText& text = kindTexts[kinds_->checkedId()];
    const QString path = kind() == Kind::Folder
                             ? QFileDialog::getExistingDirectory(this, tr("Export into"), target_->text())
                             : QFileDialog::getSaveFileName(this, tr("Export as"), target_->text(), text.filter);
    if (!path.isEmpty()) setTarget(path);
}

void ExportDialog::start() {
    const QString path = QDir::fromNativeSeparators(target_->text().trimmed());
    if (path.isEmpty()) return showResult(tr("Choose where to export to."));
    message_->hide();
    progress_->setValue(0);
    progress_->show();
    for (QAbstractButton* button : buttons_->buttons())
        if (buttons_->buttonRole(button) == QDialogButtonBox::AcceptRole) button->setEnabled(false);
    const ContactSheetOptions sheet{.cell = cell_->value(), .columns = columns_->value()};
    const auto report = [bar = QPointer(progress_), stopped = stopped_](double done) {
        const int value = static_cast<int>(done * progressSteps);
        QMetaObject::invokeMethod(qApp, [bar, value] {
            if (bar) bar->setValue(value);
        });
        return !*stopped;
    };
    inBackground(
        this,
        [kind = kind(), path, images = images_, sheet, report]() -> QString {
            try {
                switch (kind) {
                    case Kind::Folder:
                        return leftOut(write_folder(path.toStdString(), exported(images), report));
                    case Kind::Zip:
                        return leftOut(write_archive(path.toStdString(), exported(images), report));
                    case Kind::ContactSheet:
                        return leftOut(write_contact_sheet(path.toStdString(), cellsOf(images), sheet, report));
                }
                return {};
            } catch (const std::exception& error) {
                return said(error);
            }
        },
        [this](const QString& problem) { showResult(problem); });
}

void ExportDialog::showResult(const QString& problem) {
    progress_->hide();
    message_->setText(problem);
    message_->setVisible(!problem.isEmpty());
    for (QAbstractButton* button : buttons_->buttons()) button->setEnabled(true);
    Q_EMIT finishedExport(problem);
    if (problem.isEmpty()) accept();
}

}  // namespace fanlight::ui

#include "moc_export_dialog.cpp"
