portal = Bolivia Cercana
