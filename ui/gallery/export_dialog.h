#pragma once

#include <QDialog>
#include <atomic>
#include <memory>
#include <vector>

#include "ui/catalogue/gallery_image.h"

class QButtonGroup;
class QDialogButtonBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QSpinBox;

namespace fanlight::ui {

/// Exports finished images: a folder or a ZIP with their manifest, or a contact sheet. Works in the background; closing
/// the dialog aborts the export.
class ExportDialog : public QDialog {
    Q_OBJECT

public:
    enum class Kind { Folder, Zip, ContactSheet };

    explicit ExportDialog(std::vector<GalleryImage> images, QWidget* parent = nullptr);
    ~ExportDialog() override;

    void setKind(Kind kind);
    void setTarget(const QString& path);
    void start();

Q_SIGNALS:
    /// Finished; one sentence if it failed, else empty.
    void finishedExport(const QString& problem);

private:
    Kind kind() const;
    void layOut();
    void kindChanged();
    void chooseTarget();
    void showResult(const QString& problem);

    std::vector<GalleryImage> images_;
    QButtonGroup* kinds_;
    QLineEdit* target_;
    QSpinBox* columns_;
    QSpinBox* cell_;
    QWidget* sheetOptions_;
    QLabel* message_;
    QProgressBar* progress_;
    QDialogButtonBox* buttons_;
    std::shared_ptr<std::atomic<bool>> stopped_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace fanlight::ui
