#pragma once

#include <QWidget>
#include <optional>

#include "core/config/model_catalog.h"

class QComboBox;
class QLabel;

namespace fanlight::ui {

class ModelList;

/// The models to choose from, each with its family, size and whether it fits, and ways to add one.
class ModelPicker : public QWidget {
    Q_OBJECT

public:
    explicit ModelPicker(QWidget* parent = nullptr);

    /// `name` is as find_model() takes it. The model is looked up off this thread; lookedUp() follows. One that is not
    /// there stays chosen, and says so below. `network`: what draws in place of its own, as find_component() takes it;
    /// the card tells of the model with it. If it does not fit, that is said below, too.
    void setModel(const QString& name, const QString& network = {});
    /// Memory of a run's smallest device in bytes; 0: unknown.
    void setDeviceMemory(qint64 bytes);

Q_SIGNALS:
    /// Chosen by the user.
    void chosen(const QString& name);
    /// nullopt: the model cannot be used, and problem() says why.
    void lookedUp(const std::optional<fanlight::ModelCard>& card);
    void problem(const QString& sentence);

private:
    void add(const QString& path);
    void show();

    QString name_, network_;
    QString problem_;  ///< why it cannot be used
    bool isListed_ = false;
    ModelList* models_;
    QComboBox* box_;
    QLabel* note_;
};

}  // namespace fanlight::ui
