#pragma once

#include <QDialog>
#include <string>
#include <vector>

#include "core/config/lora_cards.h"

class QLabel;
class QLineEdit;
class QListWidget;
class QListWidgetItem;
class QPushButton;

namespace fanlight::ui {

/// The LoRAs that are kept on this machine, with their pictures and what is known of each. Stays open, so that several
/// can be added.
class LoraBrowser : public QDialog {
    Q_OBJECT

public:
    /// `modelFolder`: of the model that they are to be for; empty: any.
    explicit LoraBrowser(const QString& modelFolder, QWidget* parent = nullptr);

    /// Instead of those that are kept here, which are shown once they have been read.
    void setCards(std::vector<LoraCard> cards);

Q_SIGNALS:
    /// `name`: as find_lora() takes it.
    void added(const QString& name, double weight);

private:
    const LoraCard* current() const;
    void showMatches();
    void showDetails();
    void addCurrent();
    void addFile();
    void loadPicture(size_t card);

    std::vector<LoraCard> cards_;
    QLineEdit* search_;
    QListWidget* list_;
    QLabel* details_;
    QPushButton *add_, *copy_;
    bool isRead_ = false;
    int reading_ = 0;  ///< counts the sets of cards, so that pictures of an earlier one are dropped
};

}  // namespace fanlight::ui
