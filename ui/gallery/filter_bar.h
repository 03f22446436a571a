#pragma once

#include <QTimer>
#include <QWidget>
#include <vector>

#include "ui/catalogue/gallery_image.h"

class QComboBox;
class QGridLayout;
class QLineEdit;

namespace fanlight::ui {

/// Search and filters of the gallery: what the user chose, as a query. The query is updated a moment after the last key
/// stroke.
class FilterBar : public QWidget {
    Q_OBJECT

public:
    explicit FilterBar(QWidget* parent = nullptr);

    GalleryQuery query() const;
    void setLists(const std::vector<GalleryRun>& runs, const QStringList& models);
    void focusSearch();
    /// Shows everything again.
    void clear();

Q_SIGNALS:
    void queryChanged(const fanlight::ui::GalleryQuery& query);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QComboBox* addCombo(const QString& name, const QStringList& first);
    void arrange(int perLine);
    void announce();

    QLineEdit* search_;
    QGridLayout* combos_;
    int perLine_ = 0;
    QComboBox* run_;
    QComboBox* model_;
    QComboBox* show_;
    QComboBox* order_;
    QTimer typing_;
};

}  // namespace fanlight::ui
